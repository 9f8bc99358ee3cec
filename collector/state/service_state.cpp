// SPDX-License-Identifier: Apache-2.0
#include "collector/state/service_state.hpp"

#include <algorithm>
#include <utility>

#include "collector/state/time_text.hpp"

namespace muster::collector {

namespace {

constexpr double oldest_weight = 0.8;
constexpr double weight_step = 0.02;
constexpr std::uint32_t all_results = (1U << FlappingState::results) - 1U;

bool is_problem(CheckState state)
{
  return state != CheckState::ok;
}

// Runs of one check take shorter and longer, so that its results never come exactly one interval apart. Much
// less than that is the work of a second schedule: one attempt in each interval is enough.
std::chrono::milliseconds least_distance(const ServiceRules& rules, Observation::Origin origin)
{
  return origin == Observation::Origin::caller ? rules.retry : rules.interval * 3 / 4;
}

bool counts_as_attempt(
    const ServiceState& service, const ServiceRules& rules, const Observation& observation, Time time)
{
  return service.attempt == 0 || time - service.last_attempt >= least_distance(rules, observation.origin);
}

std::string percent_text(double percent)
{
  return std::to_string(static_cast<int>(percent)) + " %";
}

Event flapping_event(EventKind kind, Time time, const FlappingState& flapping)
{
  Event event;
  event.kind = kind;
  event.time = time;
  event.message = "state changes " + percent_text(flapping.percent());
  return event;
}

// Nothing if it goes on as before.
std::optional<Event> set_flapping(FlappingState& flapping, bool active, Time time)
{
  if (flapping.active == active) {
    return {};
  }
  flapping.active = active;
  flapping.since = time;
  return flapping_event(active ? EventKind::flapping_start : EventKind::flapping_stop, time, flapping);
}

std::optional<Event> update_flapping(
    FlappingState& flapping, const FlappingRules& rules, CheckState state, Time time)
{
  const bool changed = flapping.last && *flapping.last != state;
  flapping.last = state;
  flapping.changes = ((flapping.changes << 1U) | (changed ? 1U : 0U)) & all_results;
  const auto threshold = flapping.active ? rules.low : rules.high;
  return set_flapping(flapping, rules.enabled && flapping.percent() > threshold, time);
}

struct Turn {
  CheckState state = CheckState::ok;
  bool hard = false;
  Time time;
};

// Takes the turn; an event if state or hard state changed with it. What only waited for its confirmation is
// told from the hard state before.
std::optional<Event> take_turn(ServiceState& service, const Turn& turn)
{
  const auto before = service.state;
  const bool changed = before != turn.state;
  const bool hard_change = turn.hard && service.hard_state != turn.state;
  const auto hard_before = service.hard_state;
  service.state = turn.state;
  service.hard = turn.hard;
  service.since = changed ? turn.time : service.since;
  if (hard_change) {
    service.hard_state = turn.state;
    service.hard_since = turn.time;
  }
  if (!changed && !hard_change) {
    return {};
  }
  Event event;
  event.time = turn.time;
  event.from = hard_change ? hard_before : before;
  event.to = turn.state;
  event.hard = hard_change;
  event.attempt = service.attempt;
  return event;
}

// Counts the result and says whether its state is hard.
bool count_attempt(
    ServiceState& service, const ServiceRules& rules, const Observation& observation, Time time)
{
  if (!is_problem(observation.state)) {
    service.attempt = 0;
    return true;
  }
  const bool hard_already = service.hard && is_problem(service.hard_state);
  if (counts_as_attempt(service, rules, observation, time)) {
    service.attempt = std::min(service.attempt + 1, std::max(rules.max_attempts, 1));
    service.last_attempt = time;
  }
  return hard_already || service.attempt >= rules.max_attempts;
}

// That nothing comes any more is worth a line of its history, even if it was UNKNOWN before.
Event still_unknown(const ServiceState& service, Time now)
{
  Event event;
  event.time = now;
  event.from = service.state;
  event.to = service.state;
  event.attempt = service.attempt;
  return event;
}

void begin_with(ServiceState& service, Time time)
{
  service.since = time;
  service.hard_since = time;
}

bool is_too_old(const ServiceState& service, Time time)
{
  return service.last_result && time < *service.last_result;
}

void add(std::vector<Event>& events, std::optional<Event> event)
{
  if (event) {
    events.push_back(std::move(*event));
  }
}

// So many turns are waited for, and then as long as is left of `freshness`. More than a few are not looked
// for: this is done with each result.
Time fresh_until(const ServiceRules& rules, Time since)
{
  constexpr std::int64_t most_turns = 10;
  auto until = since + *rules.freshness;
  if (rules.turn_after && rules.interval.count() > 0) {
    const auto turns = std::clamp(*rules.freshness / rules.interval, std::int64_t{1}, most_turns);
    auto turn = since;
    for (std::int64_t count = 0; count < turns; ++count) {
      turn = (*rules.turn_after)(turn);
    }
    until = std::max(until, turn + *rules.freshness - turns * rules.interval);
  }
  return until;
}

}  // namespace

double FlappingState::percent() const
{
  double sum = 0;
  for (int age = 0; age < results; ++age) {
    const bool changed = ((changes >> static_cast<unsigned>(age)) & 1U) != 0;
    sum += changed ? oldest_weight + weight_step * (results - 1 - age) : 0;
  }
  return 100 * sum / results;
}

std::vector<Event> take_result(
    ServiceState& service, const ServiceRules& rules, const Observation& observation)
{
  const auto time = std::min(observation.finished, observation.taken);
  if (is_too_old(service, time)) {
    return {};
  }
  if (!service.last_result) {
    begin_with(service, time);
  }
  std::vector<Event> events;
  add(events, update_flapping(service.flapping, rules.flapping, observation.state, time));
  const bool hard = count_attempt(service, rules, observation, time);
  if (auto event = take_turn(service, {observation.state, hard, time})) {
    event->message = observation.summary;
    event->silence.flapping = service.flapping.active;
    events.push_back(std::move(*event));
  }
  service.last_result = time;
  service.stale = false;
  for (auto& event : events) {
    event.replayed = observation.replayed;
  }
  return events;
}

std::optional<Time> overdue_at(const ServiceState& service, const ServiceRules& rules, Time listening_since)
{
  if (!rules.freshness || !service.last_result || service.stale) {
    return {};
  }
  return fresh_until(rules, std::max(*service.last_result, listening_since));
}

std::vector<Event> take_time(ServiceState& service, const ServiceRules& rules, Time now, Time listening_since)
{
  const auto due = overdue_at(service, rules, listening_since);
  if (!due || now < *due) {
    return {};
  }
  std::vector<Event> events;
  // What gives no results does not flap; left on, it would silence this event.
  service.flapping.changes = 0;
  add(events, set_flapping(service.flapping, false, now));
  service.stale = true;
  service.attempt = std::max(rules.max_attempts, 1);
  service.last_attempt = now;
  auto event = take_turn(service, {CheckState::unknown, true, now}).value_or(still_unknown(service, now));
  event.message = "no result since " + time_text(*service.last_result);
  events.push_back(std::move(event));
  return events;
}

}  // namespace muster::collector
