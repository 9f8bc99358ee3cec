// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/state/event.hpp"

namespace muster::collector {

struct MassRules {
  std::chrono::milliseconds window{std::chrono::seconds{30}};  // what falls within it may have one cause
  std::size_t at_least = 5;                                    // nodes, or each is told by itself
  // Stragglers: so long after a group was told, whoever shares with it what it shares is told as part of it.
  std::chrono::milliseconds remembered{std::chrono::minutes{10}};
};

// Makes one event of many nodes that are lost, stop in order, vanish or come back at the same time, and names
// what they share. What has happened to them differs, so each of the four makes groups of its own: whoever
// upgrades a package reads that they stopped, not that they are lost.
// Pure; one thread; whoever makes it owns it.
//
// The attributes of a node are those that can be a cause (its site, its broker): what the whole fleet shares
// says nothing, unless all of it is lost. The value that most of the lost nodes share makes the first group,
// and so on with the rest; of what is left, many are still one event, and few are told one by one.
class MassLoss {
public:
  using Attributes = std::map<std::string, std::string>;  // "site" to "berlin"

  using Value = std::pair<std::string, std::string>;  // of an attribute

  struct Held {
    Event event;
    Attributes attributes;
  };

  // The nodes that are up or were just lost, and how many of them have each value.
  struct Fleet {
    std::size_t nodes = 0;  // 0: not known, so that each value may be a cause
    std::map<Value, std::size_t> with;
  };

  // More causes at a time than anybody can look after; the rest is one group.
  static constexpr std::size_t most_groups = 20;

  explicit MassLoss(const MassRules& rules) : rules_{rules} {}

  // Whether an event of this kind is held: it tells of one node that it came or went.
  static bool holds(EventKind kind);

  // Such an event that people would be told of is held until the window is over; any other one is given back
  // at once.
  std::vector<Event> take(Event event, Attributes attributes, Time now);

  // What was held, if its window is over, in the order in which it happened.
  std::vector<Event> take_time(Time now, const Fleet& fleet);

  // When take_time has something to give; nothing: nothing is held.
  [[nodiscard]] std::optional<Time> due() const;

  // Nobody is told of that node any more.
  void forget(const std::string& node);

  // For storing, so that a killed collector does not swallow it: take it again after the start.
  [[nodiscard]] const std::vector<Held>& held() const { return held_; }

private:
  using Group = std::vector<Held>;

  struct Told {
    EventKind kind;
    Value value;
    Time until;
  };

  std::vector<Event> told(EventKind kind, Group open, const Fleet& fleet, Time now);
  [[nodiscard]] std::optional<Value> next_cause(EventKind kind, const Group& open, const Fleet& fleet) const;
  [[nodiscard]] bool was_told(EventKind kind, const Value& value) const;

  MassRules rules_;
  std::vector<Held> held_;
  Time window_began_;
  std::vector<Told> told_;
};

}  // namespace muster::collector
