// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/schedule.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libmuster/model/shown_term.hpp"
#include "libmuster/runtime/near_miss.hpp"

namespace muster::collector {

namespace {

using protocol::Time;
using std::chrono::milliseconds;

// A turn is never further away than its interval, unless its period is closed or the clock was put back. By a
// little, as NTP does it, changes nothing: a turn that was taken would come twice.
void plan_anew_if_too_far(EntryStatus& status, Time now)
{
  const auto every = status.entry.every;
  if (status.next - now <= every + every / 2) {
    return;
  }
  const bool just_taken = status.last && *status.last > now && *status.last - now <= every / 2;
  status.next = std::min(status.next, turn_after(status.entry, just_taken ? *status.last : now));
}

// A turn just before its period closes is still taken when it is seen, a look later, just behind.
bool has_closed_before(const EntryStatus& status, Time now)
{
  constexpr std::chrono::seconds seen_late{2};
  return !is_open(status.entry, now) &&
         now - status.next > std::min<milliseconds>(seen_late, status.entry.every / 2);
}

}  // namespace

std::string to_string(const FallenBehind& behind)
{
  std::string text = "schedule " + behind.name + " has fallen behind by " + std::to_string(behind.missed);
  text += behind.missed == 1 ? " interval: " : " intervals: ";
  switch (behind.why) {
  case FallenBehind::Why::still_running:
    return text + "the request before has not ended";
  case FallenBehind::Why::not_connected:
    return text + "there was no connection to a broker";
  case FallenBehind::Why::nobody_asked:
    return text + "no collector had the right to ask";
  case FallenBehind::Why::too_late:
    break;
  }
  return text + "its turn came too late";
}

Schedule::Schedule(std::vector<ScheduleEntry> entries, Time now)
{
  places_.reserve(entries.size());
  for (auto& entry : entries) {
    const auto next = turn_after(entry, now);
    places_.push_back({{std::move(entry), next, std::nullopt}});
  }
}

Schedule::Place* Schedule::find(const std::string& name)
{
  const auto found = std::find_if(places_.begin(), places_.end(), [&name](const Place& place) {
    return place.status.entry.name == name;
  });
  return found == places_.end() ? nullptr : &*found;
}

void Schedule::remember(const std::string& name, Time last)
{
  if (auto* place = find(name)) {
    place->status.last = last;
    place->status.next = turn_after(place->status.entry, last);
  }
}

std::vector<Schedule::Place*> Schedule::places_due(Time now)
{
  std::vector<Place*> due;
  for (auto& place : places_) {
    plan_anew_if_too_far(place.status, now);
    if (place.status.next <= now) {
      due.push_back(&place);
    }
  }
  std::sort(due.begin(), due.end(), [](const Place* left, const Place* right) {
    return std::tie(left->status.next, left->status.entry.name) <
           std::tie(right->status.next, right->status.entry.name);
  });
  return due;
}

DueNow Schedule::due(Time now)
{
  DueNow due;
  for (auto* place : places_due(now)) {
    if (place->status.running) {
      miss_while_running(*place, now, due);
    } else if (has_closed_before(place->status, now)) {
      miss_while_closed(*place, now, due);
    } else {
      ask(*place, now, due);
    }
  }
  return due;
}

void Schedule::miss_while_running(Place& place, Time now, DueNow& due)
{
  auto& status = place.status;
  const auto turns = turns_passed(status.entry, status.next, now);
  status.next = turns.next;
  const auto missed = turns.count - (std::exchange(place.covers_a_turn, false) ? 1 : 0);
  if (missed > 0) {
    status.missed += missed;
    place.missed_in_a_row += missed;
    due.behind.push_back({FallenBehind::Why::still_running, status.entry.name, missed});
  }
}

// They came too late, and the next opening has turns of its own.
void Schedule::miss_while_closed(Place& place, Time now, DueNow& due)
{
  auto& status = place.status;
  const auto turns = turns_passed(status.entry, status.next, now);
  status.next = turns.next;
  status.missed += turns.count;
  place.missed_in_a_row += turns.count;
  due.behind.push_back({FallenBehind::Why::too_late, status.entry.name, turns.count});
}

void Schedule::ask(Place& place, Time now, DueNow& due)
{
  auto& status = place.status;
  // The nearest turn: of two requests that follow each other at once the second tells nothing new.
  const auto turns = turns_passed(status.entry, status.next, now + status.entry.every / 2);
  const auto missed = turns.count - 1;
  if (missed > 0) {
    status.missed += missed;
    due.behind.push_back({FallenBehind::Why::too_late, status.entry.name, missed});
  }
  status.next = turns.next;
  place.last_before = std::exchange(status.last, turns.last);
  status.running = true;
  due.requests.push_back({status.entry, turns.last, std::exchange(place.missed_in_a_row, 0) + missed});
}

Expected<DueRequest> Schedule::run_now(const std::string& name, Time now)
{
  auto* place = find(name);
  if (place == nullptr) {
    std::vector<std::string> names;
    names.reserve(places_.size());
    for (const auto& one : places_) {
      names.push_back(one.status.entry.name);
    }
    const auto meant = runtime::near_miss(name, names);
    return failure(
        ErrorCode::not_found,
        "no schedule " + shown_term(name) + (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
  }
  auto& status = place->status;
  if (status.running) {
    return failure(ErrorCode::denied, "schedule " + name + ": the request before has not ended, ask later");
  }
  status.running = true;
  place->last_before = std::exchange(status.last, now);
  place->covers_a_turn = true;
  DueRequest request{status.entry, now, std::exchange(place->missed_in_a_row, 0), true};
  request.entry.splay = milliseconds{0};
  return request;
}

void Schedule::ended(const std::string& name)
{
  if (auto* place = find(name)) {
    place->status.running = false;
    place->covers_a_turn = false;
  }
}

void Schedule::set_aside(const DueRequest& due)
{
  if (auto* place = find(due.entry.name)) {
    place->status.last = place->last_before;
  }
}

void Schedule::take_back(const DueRequest& due)
{
  set_aside(due);
  ended(due.entry.name);
  if (auto* place = find(due.entry.name)) {
    place->missed_in_a_row += due.missed;
  }
}

void Schedule::miss(const std::string& name, std::uint64_t turns, FallenBehind::Why why)
{
  if (auto* place = find(name)) {
    place->status.missed += turns;
    place->missed_in_a_row += turns;
    auto& untold = place->untold;
    untold = untold ? untold : FallenBehind{why, name, 0};
    untold->missed += turns;
  }
}

std::optional<FallenBehind> Schedule::sent(const DueRequest& due)
{
  auto* place = find(due.entry.name);
  if (place == nullptr) {
    return std::nullopt;
  }
  place->status.last = due.due;
  return std::exchange(place->untold, std::nullopt);
}

void Schedule::forget_misses()
{
  for (auto& place : places_) {
    place.untold.reset();
  }
}

std::optional<Time> Schedule::next_due() const
{
  std::optional<Time> first;
  for (const auto& place : places_) {
    first = std::min(first.value_or(place.status.next), place.status.next);
  }
  return first;
}

std::vector<EntryStatus> Schedule::list() const
{
  std::vector<EntryStatus> entries;
  entries.reserve(places_.size());
  for (const auto& place : places_) {
    entries.push_back(place.status);
  }
  return entries;
}

}  // namespace muster::collector
