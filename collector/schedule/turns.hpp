// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// A request of a schedule that went out, and who said that it refuses it.
struct Turn {
  std::string schedule;
  protocol::Time sent;
  protocol::Time until;  // by then every node has answered that wants to
  std::set<std::string> refused;
};

// The requests of the schedules that may still be answered, by their ids. Pure; one thread; whoever makes it
// owns it.
class Turns {
public:
  // 500 schedules of a second each, known for the ten seconds that answers may take, are 5,000.
  static constexpr std::size_t most = 8192;

  void asked(const std::string& id, Turn turn);

  // The schedule that a node refuses with this answer; nothing: its turn is over, or it was never one.
  std::optional<std::string> refused(const std::string& id, const std::string& node);

  // Those whose time is over, and that have not been given back before.
  std::vector<Turn> take_ended(protocol::Time now);

  // Answers may have been lost: nobody knows who refuses what was asked.
  void forget_all() { turns_.clear(); }

private:
  std::map<std::string, Turn> turns_;
};

}  // namespace muster::collector
