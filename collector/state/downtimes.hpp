// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/state/event.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

// Times in which problems are expected. What it covers: the nodes for which all holds that is given of
// names, words and filter; of these all checks and the node itself, or the checks that are named. A plain
// value but for the predicate, which whoever loads it from a store makes anew from `filter` and `select`.
//
// Fixed and flexible are Icinga 2's (doc/08-advanced-topics.md): a fixed one is in effect from start to end.
// A flexible one waits from start to end for the first problem of a node, and is then in effect for
// `duration`, for that node.
struct Downtime {
  static constexpr std::chrono::hours longest{24 * 366};  // more is a node to be forgotten
  static constexpr std::size_t most_names = 10'000;       // more is a filter

  std::string id;  // unique; drawn by the caller
  std::string caller;
  std::string comment;
  Time start;
  Time end;
  std::optional<std::chrono::milliseconds> duration;  // given: flexible
  std::vector<std::string> nodes;                     // by name; empty: any
  std::string filter;                                 // in words as -W takes them, as they were typed
  Filter select;                                      // as a request has it
  std::function<bool(const std::string&)> matches;  // a node, by its name, with both filters; none: any does
  bool either = false;                    // of an older store: nodes by name, and nodes of the filter
  std::vector<std::string> checks;        // empty: all, and the node
  bool started = false;                   // its downtime_start was told
  std::map<std::string, Time> triggered;  // of a flexible one: node, and when its time began
};

// The downtimes of a collector. Those of a node that is forgotten run out by themselves. One thread; whoever
// makes it owns it. Pure: who stores them takes all().
class Downtimes {
public:
  static constexpr std::size_t most = 10'000;  // of an operator's script gone wild

  // invalid_input: it has no end after its start, is too long, over at `now`, covers nothing, has an id that
  // is taken, or there are too many.
  Expected<void> add(Downtime downtime, Time now);
  // Whether there is room for all of these and nothing is wrong with any, with the same errors.
  [[nodiscard]] Expected<void> may_add(std::span<const Downtime> all, Time now) const;

  // As it was stored, without questions.
  void restore(Downtime downtime);

  // A downtime_end that names `caller`; not_found if there is none of that id.
  Expected<Event> remove(const std::string& id, const std::string& caller, Time now);

  // To be told of every bad state, soft ones too, and after add() of those that are there: it begins the
  // flexible ones that wait for it. An empty check is the node itself. True: one of them has begun, so that
  // all() is to be stored again.
  bool on_problem(const std::string& node, const std::string& check, Time now);

  // The one in effect that covers the check, or the node if the check is empty; of several, the one that
  // lasts longest. Nullptr: none. Valid until the next call of a function that is not const.
  [[nodiscard]] const Downtime* covering(const std::string& node, const std::string& check, Time now) const;

  // Tells which begin and which are over, and drops these. A flexible one begins with its first node and is
  // over when its last node's time is.
  std::vector<Event> take_time(Time now);

  [[nodiscard]] const std::map<std::string, Downtime>& all() const { return downtimes_; }

private:
  std::map<std::string, Downtime> downtimes_;  // by id
};

}  // namespace muster::collector
