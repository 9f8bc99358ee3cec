// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "collector/state/event.hpp"

namespace muster::collector {

// When to look at which check or node next, so that nobody has to look at all of them each second. Nothing is
// ever taken out of its middle: who put a subject in remembers for when, and ignores what comes for another
// time. One thread; whoever makes it owns it.
class DueQueue {
public:
  struct Due {
    Time at;
    std::string node;
    std::string check;  // empty: the node itself

    bool operator>(const Due& other) const { return at > other.at; }
  };

  void put(Due due);

  // The next one whose time has come, the oldest first.
  std::optional<Due> take(Time now);

  [[nodiscard]] std::optional<Time> next() const;

  [[nodiscard]] std::size_t size() const { return heap_.size(); }

private:
  std::vector<Due>
      heap_;  // of <algorithm>, the earliest first; std::priority_queue lets nothing be moved out
};

}  // namespace muster::collector
