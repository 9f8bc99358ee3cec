// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/protocol/messages.hpp"
#include "nagios-bridge/model/passive_result.hpp"
#include "nagios-bridge/queue/queue.hpp"

namespace muster::bridge {

// What presences mean for the hosts of a monitor: a host is told when its state changes, and not before it
// has lasted for a while if it is not up: a checkagent that is restarted is no host that is down. Without a
// connection nothing is known, so nothing changes. Pure; one thread.
class HostWatch {
public:
  using Steady = std::chrono::steady_clock::time_point;

  // A node publishes its presence every five minutes: three that did not come are no coincidence.
  static constexpr std::chrono::minutes silence{15};
  // A clock that has gone on so far since the last look: this program stood still, and has heard nothing.
  static constexpr std::chrono::minutes standstill{1};

  // Both clocks: what lasts is measured by the one that nobody sets.
  struct Moment {
    Time wall;
    Steady steady;
  };

  struct Change {
    std::string node;
    ToldHost told;
    HostState item;
  };

  explicit HostWatch(std::chrono::milliseconds patience) : patience_{patience} {}

  // At the start: what the monitors were told.
  void restore(const std::string& node, ToldHost told);

  void connected(Moment now);

  void disconnected() { connected_ = false; }

  // `age`: how long ago the broker took it in.
  void take(const protocol::Presence& presence, std::chrono::seconds age, Moment now);

  void forget(const std::string& node) { nodes_.erase(node); }

  // What the monitors are to be told now; to be called after presences, and every second. It counts as told.
  std::vector<Change> changes(Moment now);

private:
  struct Node {
    std::optional<ToldHost> told;
    std::optional<ToldHost> seen;  // what the last presence says
    Steady seen_at;                // and since when this program knows
    Steady heard;                  // when it published it, by our clock
  };

  [[nodiscard]] std::optional<ToldHost> state_of(const Node& node, Moment now) const;
  void look(const std::string& name, Node& node, Moment now, std::vector<Change>& changes);

  std::chrono::milliseconds patience_;
  std::map<std::string, Node> nodes_;
  bool connected_ = false;
  Steady connected_at_;
  Steady looked_;                   // at all of them
  std::vector<std::string> fresh_;  // have told something since
};

}  // namespace muster::bridge
