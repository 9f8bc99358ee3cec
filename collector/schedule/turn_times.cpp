// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/turn_times.hpp"

namespace muster::collector {

namespace {

using protocol::Time;
using std::chrono::milliseconds;

// Whatever the period.
Time multiple_after(const ScheduleEntry& entry, Time time)
{
  auto since_turn = (time.time_since_epoch() - phase_of(entry.name, entry.every)) % entry.every;
  if (since_turn < milliseconds{0}) {
    since_turn += entry.every;
  }
  return time - since_turn + entry.every;
}

// The first turn of the opening that comes after a time at which the period is closed.
Time first_turn_of_opening(const ScheduleEntry& entry, Time closed)
{
  // Every period of a configuration has an opening; of one without the entry is looked at again now and then.
  const auto opening = entry.during->next_inside(closed).value_or(closed + TimePeriod::search);
  const auto turn = multiple_after(entry, opening - milliseconds{1});
  return is_open(entry, turn) ? turn : opening;
}

TurnsPassed turns_passed_always(const ScheduleEntry& entry, Time first, Time until)
{
  const auto more = (until - first) / entry.every;
  const auto last = first + more * entry.every;
  return {static_cast<std::uint64_t>(more) + 1, last, last + entry.every};
}

}  // namespace

milliseconds phase_of(std::string_view name, milliseconds every)
{
  // FNV-1a, as nodes find their place in a splay.
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  return milliseconds{hash % static_cast<std::uint64_t>(every.count())};
}

bool is_open(const ScheduleEntry& entry, Time time)
{
  return !entry.during || entry.during->contains(time);
}

Time turn_after(const ScheduleEntry& entry, Time time)
{
  if (!is_open(entry, time)) {
    return first_turn_of_opening(entry, time);
  }
  const auto turn = multiple_after(entry, time);
  return is_open(entry, turn) ? turn : first_turn_of_opening(entry, turn);
}

TurnsPassed turns_passed(const ScheduleEntry& entry, Time first, Time until)
{
  if (!entry.during) {
    return turns_passed_always(entry, first, until);
  }
  TurnsPassed passed{1, first, turn_after(entry, first)};
  while (passed.next <= until && passed.count < most_turns_counted) {
    passed = {passed.count + 1, passed.next, turn_after(entry, passed.next)};
  }
  if (passed.next <= until) {
    passed.next = turn_after(entry, until);
  }
  return passed;
}

}  // namespace muster::collector
