// SPDX-License-Identifier: Apache-2.0
#include "collector/state/downtimes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "collector/state/time_text.hpp"

namespace muster::collector {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name)
{
  return std::binary_search(names.begin(), names.end(), name);
}

void sort_names(Downtime& downtime)
{
  std::sort(downtime.nodes.begin(), downtime.nodes.end());
  std::sort(downtime.checks.begin(), downtime.checks.end());
}

bool is_about(const Downtime& downtime, const std::string& node)
{
  const bool named = contains(downtime.nodes, node);
  if (downtime.either) {
    return named || (downtime.matches && downtime.matches(node));
  }
  return (named || downtime.nodes.empty()) && (!downtime.matches || downtime.matches(node));
}

bool covers(const Downtime& downtime, const std::string& node, const std::string& check)
{
  return (downtime.checks.empty() || contains(downtime.checks, check)) && is_about(downtime, node);
}

// From when to when it is in effect for a node; nothing: it waits.
std::optional<std::pair<Time, Time>> span_of(const Downtime& downtime, const std::string& node)
{
  if (!downtime.duration) {
    return std::pair{downtime.start, downtime.end};
  }
  const auto found = downtime.triggered.find(node);
  if (found == downtime.triggered.end()) {
    return {};
  }
  return std::pair{found->second, found->second + *downtime.duration};
}

bool has_begun(const Downtime& downtime, Time now)
{
  return downtime.duration ? !downtime.triggered.empty() : downtime.start <= now;
}

Time over_at(const Downtime& downtime)
{
  auto last = downtime.end;
  for (const auto& [node, begun] : downtime.triggered) {
    last = std::max(last, begun + downtime.duration.value_or(std::chrono::milliseconds{0}));
  }
  return last;
}

std::string what_is_wrong(const Downtime& downtime, Time now)
{
  using std::chrono::milliseconds;
  if (downtime.end <= downtime.start) {
    return "a downtime needs an end after its start";
  }
  if (downtime.end <= now) {
    return "the downtime is already over: it ends " + time_text(downtime.end);
  }
  const auto longest = std::max(downtime.end - downtime.start, downtime.duration.value_or(milliseconds{0}));
  if (longest > Downtime::longest) {
    return "a downtime lasts at most " + duration_text(Downtime::longest) + "; forget the node instead";
  }
  if (downtime.duration && *downtime.duration <= milliseconds{0}) {
    return "a flexible downtime needs a duration";
  }
  if (downtime.nodes.empty() && !downtime.matches) {
    return "the downtime covers nothing: name nodes or give a filter";
  }
  const auto names = std::max(downtime.nodes.size(), downtime.checks.size());
  return names > Downtime::most_names ? "too many names in one downtime: give a filter" : "";
}

Event downtime_event(EventKind kind, const Downtime& downtime, Time time)
{
  Event event;
  event.kind = kind;
  event.time = time;
  event.node = downtime.nodes.size() == 1 ? downtime.nodes.front() : "";
  event.check = downtime.checks.size() == 1 ? downtime.checks.front() : "";
  event.nodes = downtime.nodes.size() > 1 ? downtime.nodes : std::vector<std::string>{};
  return event;
}

Event start_of(const Downtime& downtime, Time now)
{
  auto event = downtime_event(EventKind::downtime_start, downtime, now);
  event.message = downtime.caller + ": " + downtime.comment;
  return event;
}

Event end_of(const Downtime& downtime, Time now)
{
  auto event = downtime_event(EventKind::downtime_end, downtime, now);
  event.message = downtime.started ? "its time is over" : "nothing happened in its time";
  return event;
}

}  // namespace

Expected<void> Downtimes::may_add(std::span<const Downtime> all, Time now) const
{
  for (const auto& downtime : all) {
    if (auto wrong = what_is_wrong(downtime, now); !wrong.empty()) {
      return failure(ErrorCode::invalid_input, std::move(wrong));
    }
    if (downtimes_.contains(downtime.id)) {
      return failure(ErrorCode::invalid_input, "there is a downtime of this id already");
    }
  }
  if (downtimes_.size() + all.size() > most) {
    return failure(ErrorCode::invalid_input, "too many downtimes: remove some, or give a filter");
  }
  return {};
}

Expected<void> Downtimes::add(Downtime downtime, Time now)
{
  auto may = may_add({&downtime, 1}, now);
  if (may) {
    restore(std::move(downtime));
  }
  return may;
}

void Downtimes::restore(Downtime downtime)
{
  sort_names(downtime);
  auto id = downtime.id;
  downtimes_.insert_or_assign(std::move(id), std::move(downtime));
}

Expected<Event> Downtimes::remove(const std::string& id, const std::string& caller, Time now)
{
  const auto found = downtimes_.find(id);
  if (found == downtimes_.end()) {
    return failure(ErrorCode::not_found, "no downtime " + id);
  }
  auto event = end_of(found->second, now);
  event.message = "removed by " + caller;
  downtimes_.erase(found);
  return event;
}

bool Downtimes::on_problem(const std::string& node, const std::string& check, Time now)
{
  bool begun = false;
  for (auto& [id, downtime] : downtimes_) {
    const bool waits = downtime.duration && downtime.start <= now && now < downtime.end;
    if (waits && !downtime.triggered.contains(node) && covers(downtime, node, check)) {
      downtime.triggered.emplace(node, now);
      begun = true;
    }
  }
  return begun;
}

const Downtime* Downtimes::covering(const std::string& node, const std::string& check, Time now) const
{
  const Downtime* longest = nullptr;
  Time end;
  for (const auto& [id, downtime] : downtimes_) {
    const auto span = span_of(downtime, node);
    const bool in_effect = span && span->first <= now && now < span->second;
    if (in_effect && (longest == nullptr || span->second > end) && covers(downtime, node, check)) {
      longest = &downtime;
      end = span->second;
    }
  }
  return longest;
}

std::vector<Event> Downtimes::take_time(Time now)
{
  std::vector<Event> events;
  for (auto entry = downtimes_.begin(); entry != downtimes_.end();) {
    auto& downtime = entry->second;
    if (!downtime.started && has_begun(downtime, now)) {
      downtime.started = true;
      events.push_back(start_of(downtime, now));
    }
    const bool over = over_at(downtime) <= now;
    if (over) {
      events.push_back(end_of(downtime, now));
    }
    entry = over ? downtimes_.erase(entry) : std::next(entry);
  }
  return events;
}

}  // namespace muster::collector
