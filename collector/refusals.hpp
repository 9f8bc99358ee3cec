// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/schedule/turns.hpp"

namespace muster::collector {

// Which nodes refuse which schedules, and since when they do not any more. A schedule is taken again by a
// node that did not refuse a turn and gave a result of it; or, since a node may not be meant any more, that
// has been silent for several turns. Pure; one thread; whoever makes it owns it.
class Refusals {
public:
  // Of what could not be verified a node says a few refusals a minute only, at QoS 0: some may be missing.
  static constexpr int silent_turns = 3;
  static constexpr std::chrono::minutes silent_for{2};

  void refused(const std::string& schedule, const std::string& node, protocol::Time now);

  // A result of one of the schedule's checks, whoever of the collectors asked.
  void answered(const std::string& schedule, const std::string& node, protocol::Time now);

  // Those that refused it, and do not any more.
  std::vector<std::string> end_turn(const Turn& turn, protocol::Time now);

  void forget(const std::string& node);

  // The schedules that anybody refuses, with what is known of each node.
  struct Known {
    protocol::Time refused;
    std::optional<protocol::Time> answered;
    int silent = 0;  // turns
  };

  [[nodiscard]] const std::map<std::string, std::map<std::string, Known>>& all() const { return schedules_; }

private:
  std::map<std::string, std::map<std::string, Known>> schedules_;
};

}  // namespace muster::collector
