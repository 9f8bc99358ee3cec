// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/hand_over.hpp"

#include <algorithm>

#include "nagios-bridge/icinga/retry_pause.hpp"

namespace muster::bridge {

namespace {

// 250 ms, 500 ms, 1 s, … of the nth try.
std::chrono::milliseconds pause_after(int tries)
{
  RetryPause pause;
  for (int i = 1; i < tries; ++i) {
    pause.next();
  }
  return pause.next();
}

}  // namespace

std::string object_name(const PassiveResult& result)
{
  return result.service.empty() ? result.host : result.host + '!' + result.service;
}

std::size_t HandOver::room() const
{
  return waiting_.size() > most_waiting / 2 ? 0 : most_waiting - waiting_.size();
}

void HandOver::add(Feed::Slice slice)
{
  if (slice.until == read_until_ && in_doubt_until_ == everything) {
    in_doubt_until_ = read_until_;
  }
  read_until_ = slice.until;
  for (auto& result : slice.results) {
    const auto ticket = result.ticket;
    const auto name = object_name(result);
    waiting_[ticket] = {std::make_shared<const PassiveResult>(std::move(result)), false};
    auto& object = objects_[name];
    object.waiting.push_back(ticket);
    if (object.waiting.size() == 1) {
      ready_.emplace(ticket, name);
    }
  }
}

void HandOver::wake_due(Clock::time_point now)
{
  while (!later_.empty() && later_.begin()->first <= now) {
    const auto name = later_.begin()->second;
    later_.erase(later_.begin());
    objects_[name].not_before.reset();
    ready_.emplace(objects_[name].waiting.front(), name);
  }
}

bool HandOver::knows(const std::string& name, Time now) const
{
  const auto found = known_.find(name);
  return found != known_.end() && found->second.asked &&
         (!found->second.stale_after || now < *found->second.stale_after);
}

std::optional<HandOver::Task> HandOver::next(Clock::time_point now, Time wall_clock)
{
  wake_due(now);
  if (ready_.empty()) {
    return std::nullopt;
  }
  const auto [ticket, name] = *ready_.begin();
  ready_.erase(ready_.begin());
  objects_[name].under_way = true;
  return Task{waiting_.at(ticket).result, !knows(name, wall_clock)};
}

std::optional<HandOver::Clock::time_point> HandOver::next_due() const
{
  return later_.empty() ? std::nullopt : std::optional{later_.begin()->first};
}

void HandOver::learned(const PassiveResult& result, const LastResult& last)
{
  if (known_.size() >= most_known) {
    known_.clear();
  }
  auto& known = known_[object_name(result)];
  known = {last, true, false, known.newest_read, {}};
}

void HandOver::knows_nothing(const PassiveResult& result)
{
  auto& known = known_[object_name(result)];
  known = {{}, true, false, known.newest_read, {}};
}

bool HandOver::is_in_doubt(const PassiveResult& result) const
{
  return result.ticket <= in_doubt_until_ || waiting_.at(result.ticket).in_doubt;
}

// Where the times of a service go back (a clock was set, a run was overtaken by the next one), a result was
// told with the newest time before it. So Icinga has it, if it has something later than that; it would take
// it for the newest if it came again.
bool HandOver::had_it(Known& known, const PassiveResult& result, Time newest_before, Time now)
{
  auto as_told = result;
  as_told.started = std::max(result.started, newest_before);
  as_told.finished = std::max(result.finished, as_told.started);
  if (!has_it(*known.last, as_told, now)) {
    return false;
  }
  known.placed = known.last->times == ToldTimes{as_told.started, as_told.finished};
  return true;
}

std::optional<ToldTimes> HandOver::times_of(const PassiveResult& result, Time now)
{
  auto& known = known_[object_name(result)];
  const auto newest_before = std::exchange(known.newest_read, std::max(known.newest_read, result.started));
  if (!known.last) {
    return ToldTimes{result.started, std::max(result.started, result.finished)};
  }
  if (is_in_doubt(result) && !known.placed && had_it(known, result, newest_before, now)) {
    return std::nullopt;
  }
  return times_to_tell(*known.last, result, now);
}

bool HandOver::delivered(const PassiveResult& result, const ToldTimes& times, Time now)
{
  ++delivered_;
  const bool once_more = result.ticket <= told_until_;
  highest_told_ = std::max(highest_told_, result.ticket);
  auto& known = known_[object_name(result)];
  known.last = LastResult{times, result.source, text_mark(told_output(result)), false};
  known.asked = true;
  known.placed = true;
  known.stale_after = result.lifetime ? std::optional{now + *result.lifetime} : std::nullopt;
  remove(result);
  return once_more;
}

void HandOver::settled(const PassiveResult& result)
{
  remove(result);
}

void HandOver::release(const std::string& name, Object& object)
{
  object.under_way = false;
  if (object.not_before) {
    later_.emplace(*object.not_before, name);
  } else {
    ready_.emplace(object.waiting.front(), name);
  }
}

void HandOver::remove(const PassiveResult& result)
{
  const auto name = object_name(result);
  waiting_.erase(result.ticket);
  auto& object = objects_[name];
  object.waiting.pop_front();
  object.tries = 0;
  if (object.waiting.empty()) {
    objects_.erase(name);
  } else {
    release(name, object);
  }
}

void HandOver::put_back(const PassiveResult& result)
{
  const auto name = object_name(result);
  release(name, objects_[name]);
}

void HandOver::lost_sight_of(const PassiveResult& result)
{
  waiting_.at(result.ticket).in_doubt = true;
  known_[object_name(result)].asked = false;
  highest_told_ = std::max(highest_told_, result.ticket);
  put_back(result);
}

bool HandOver::failed(const PassiveResult& result, Clock::time_point now)
{
  const auto name = object_name(result);
  auto& object = objects_[name];
  if (++object.tries == 1) {
    object.delivered_before = delivered_;
  }
  if (object.tries >= most_tries && delivered_ > object.delivered_before) {
    return false;
  }
  object.not_before = now + pause_after(std::min(object.tries, most_tries));
  release(name, object);
  return true;
}

void HandOver::begin_again(Ticket safe)
{
  const bool first_start = in_doubt_until_ == everything;
  in_doubt_until_ = first_start ? everything : highest_told_;
  told_until_ = highest_told_;
  read_until_ = safe;
  waiting_.clear();
  objects_.clear();
  known_.clear();
  ready_.clear();
  later_.clear();
}

Ticket HandOver::handed_over() const
{
  return waiting_.empty() ? read_until_ : waiting_.begin()->first - 1;
}

}  // namespace muster::bridge
