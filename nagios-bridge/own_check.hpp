// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "nagios-bridge/bridge_health.hpp"

namespace muster::bridge {

// The bridge's check of itself.
//
// Its result goes the way of all others, to the bridge's own monitors, as a service of a host that the
// configuration names: these monitors are the ones that must know. A bridge that is dead or cut off from them
// cannot say so; their freshness check does (the result has a lifetime). The same sentences stand in the
// bridge's presence, for whoever listens at the broker. It is not published as the result of a node: the
// bridge has no flight recorder, and a result that nobody can ask for again would be a gap.
//
// CRITICAL: nothing can be stored, the queue is full, there is no broker, or a monitor has taken nothing for
// minutes. WARNING: the queue is half full, a monitor does not take anything at the moment, results are
// missing for good, results found no object within the last hour (dead letters), or a port for NRPE is not
// open. Pure; one thread.
class OwnCheck {
public:
  // A broker that restarts, a monitor that reloads: not worth a word.
  static constexpr std::chrono::seconds patience{30};
  // A monitor that takes so long is not reloading.
  static constexpr std::chrono::minutes long_patience{5};
  // Of dead letters and gaps; whoever has forgotten them is told no more.
  static constexpr std::chrono::minutes window{60};

  struct Result {
    CheckState state = CheckState::ok;
    std::string summary;
    std::string details;  // a problem on each line, if there are several
    std::string perfdata;
    std::vector<std::string> problems;  // each a sentence
  };

  // To be called every few seconds.
  Result look(const BridgeHealth& health);

private:
  struct Finding {
    CheckState state;
    std::string words;
  };

  [[nodiscard]] std::chrono::milliseconds lasts(const std::string& what, bool is, Time now);
  static void look_at_queue(const BridgeHealth& health, std::vector<Finding>& findings);
  void look_at_broker(const BridgeHealth& health, std::vector<Finding>& findings);
  void look_at_sink(const SinkHealth& sink, Time now, std::vector<Finding>& findings);
  void look_at_worker(const WorkerHealth& worker, Time now, std::vector<Finding>& findings);
  static void look_at_losses(const BridgeHealth& health, std::vector<Finding>& findings);

  std::map<std::string, Time> since_;  // what is wrong, and since when
};

}  // namespace muster::bridge
