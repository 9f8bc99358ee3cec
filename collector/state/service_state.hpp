// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/state/event.hpp"

namespace muster::collector {

// How often a check changed of late. The algorithm is Icinga 2's (lib/icinga/checkable-flapping.cpp): each of
// the last 20 results counts if it changed the state, the oldest 0.8, each later one 0.02 more; the sum in
// per cent of 20.
struct FlappingState {
  static constexpr int results = 20;

  std::uint32_t changes = 0;       // one bit for each result, the newest is the lowest
  std::optional<CheckState> last;  // what the last result said; nothing: there was none
  bool active = false;
  Time since;  // of `active`

  // 0 to 99: how much it changes, in per cent.
  [[nodiscard]] double percent() const;

  bool operator==(const FlappingState&) const = default;
};

// All that is known of one check on one node and needed to go on after a restart. A plain value: whoever
// holds it owns it, on whatever thread.
struct ServiceState {
  std::optional<Time> last_result;  // when it finished; nothing: none has ever come
  CheckState state = CheckState::ok;
  Time since;         // of `state`
  bool hard = true;   // false: the problem is not confirmed yet
  int attempt = 0;    // bad results that counted; 0 while OK, at most max_attempts
  Time last_attempt;  // when the last one that counted finished
  CheckState hard_state = CheckState::ok;
  Time hard_since;     // of `hard_state`
  bool stale = false;  // UNKNOWN, because a result did not come
  FlappingState flapping;

  bool operator==(const ServiceState&) const = default;
};

struct FlappingRules {
  bool enabled = true;
  // Icinga 2's: flapping begins above `high` and ends at or below `low`, in per cent.
  double low = 25;
  double high = 30;
};

struct ServiceRules {
  int max_attempts = 3;  // bad results until a problem is hard; 1: the first
  // How often schedules ask; 0: unknown, then each scheduled result counts.
  std::chrono::milliseconds interval{0};
  // What callers ask for counts only so long after the last attempt: a hurried operator confirms nothing.
  std::chrono::milliseconds retry{60'000};
  // So long after the last result the next one must have come; nothing: it may stay away for ever.
  std::optional<std::chrono::milliseconds> freshness;
  // Of a schedule that does not ask in each interval: its first turn after a time. Then the next result must
  // have come only when as many turns have passed as would in `freshness`.
  std::shared_ptr<const std::function<Time(Time)>> turn_after;
  FlappingRules flapping;
};

// What one check result says.
struct Observation {
  enum class Origin { schedule, caller };

  CheckState state = CheckState::unknown;
  std::string summary;
  Time finished;  // by the node's corrected clock
  Origin origin = Origin::schedule;
  bool replayed = false;  // it was fetched from a flight recorder
  // When the collector took it in: a result from the future counts as finished then, or nothing that is
  // right would ever be newer.
  Time taken = Time::max();
};

// Takes in one result and says what has happened: in this order flapping, then state. Node and check of the
// events are left empty. A result that is older than the last one changes nothing. The first one is compared
// with OK: good news about what nobody had heard of is no event.
//
// Soft and hard are Icinga's: a problem is soft until its max_attempts-th result, a hard one stays hard while
// it changes from one bad state to another, and OK is hard at once. A recovery from a soft problem is an
// event that is not hard.
std::vector<Event> take_result(
    ServiceState& service, const ServiceRules& rules, const Observation& observation);

// Looks whether a result is overdue: then it is UNKNOWN and hard at once (the patience was `freshness`) until
// the next one. Before `listening_since` (the collector's start, or its reconnection to the broker) nothing
// could come, so that time does not count. Not to be called while the collector is cut off from the broker.
std::vector<Event> take_time(
    ServiceState& service, const ServiceRules& rules, Time now, Time listening_since);

// When take_time would find it overdue; nothing: never, as it is.
std::optional<Time> overdue_at(const ServiceState& service, const ServiceRules& rules, Time listening_since);

}  // namespace muster::collector
