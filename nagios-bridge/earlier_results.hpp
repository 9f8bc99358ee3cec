// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// A node that the bridge meets for the first time tells everything it remembers, which is weeks. What
// happened before the bridge was set up is history: of that only the last result of each check is told, so
// that the monitor knows the state and sends no alarms about what is long over. What happened since is told
// whole. Pure; one thread.
class EarlierResults {
public:
  // Of one node. More are told as they are: a bound, not a number that a node reaches.
  static constexpr std::size_t most_held = 2'000;

  explicit EarlierResults(Time begun) : begun_{begun} {}

  // A result of a node that had no place stored when it was asked. Gives back what is to be told now, in
  // order.
  std::vector<QueuedItem> take(QueuedItem item);

  // The node has told everything.
  std::vector<QueuedItem> end(const std::string& node);

  // Something of this node is held back: how far it has come must not be stored yet.
  [[nodiscard]] bool holds(const std::string& node) const { return held_.contains(node); }

  // Those that were left out.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

  // What is held is forgotten: the nodes are asked again.
  void clear() { held_.clear(); }

private:
  Time begun_;
  std::uint64_t skipped_ = 0;
  std::map<std::string, std::map<std::string, QueuedItem>> held_;  // by node and check
};

}  // namespace muster::bridge
