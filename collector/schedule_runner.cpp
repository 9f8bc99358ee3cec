// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule_runner.hpp"

#include <utility>

#include "collector/schedule/scheduled_request.hpp"
#include "collector/wall_clock.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;

ScheduleRunner::ScheduleRunner(
    const boost::asio::any_io_executor& executor, Intake& intake, std::vector<ScheduleEntry> entries)
    : timer_{executor}, intake_{intake}, schedule_{std::move(entries), wall_clock_now()}
{}

void ScheduleRunner::start()
{
  for (const auto& entry : schedule_.list()) {
    if (const auto last = intake_.book().last_turn(entry.entry.name)) {
      schedule_.remember(entry.entry.name, *last);
    }
  }
  look_again();
}

std::uint64_t ScheduleRunner::missed() const
{
  std::uint64_t missed = 0;
  for (const auto& entry : schedule_.list()) {
    missed += entry.missed;
  }
  return missed;
}

Expected<void> ScheduleRunner::run_now(const std::string& name)
{
  const auto now = wall_clock_now();
  const auto due = schedule_.run_now(name, now);
  if (!due) {
    return tl::unexpected{due.error()};
  }
  if (!ask(*due, now)) {
    return failure(ErrorCode::disconnected, "the collector is not connected to the broker: nobody was asked");
  }
  return {};
}

void ScheduleRunner::look_again()
{
  timer_.expires_after(look_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look(wall_clock_now());
      look_again();
    }
  });
}

void ScheduleRunner::look(Time now)
{
  begun_ = begun_ || intake_.connected();
  if (!begun_) {
    return;
  }
  for (auto entry = ends_.begin(); entry != ends_.end();) {
    const bool over = entry->second <= now;
    if (over) {
      schedule_.ended(entry->first);
    }
    entry = over ? ends_.erase(entry) : std::next(entry);
  }
  drop_held(now);
  const auto due = schedule_.due(now);
  for (const auto& request : due.requests) {
    take(request, now);
  }
  for (const auto& behind : due.behind) {
    take(behind, now);
  }
}

void ScheduleRunner::set_duty(Duty duty)
{
  const auto now = wall_clock_now();
  duty_ = duty;
  was_told_ = was_told_ || duty == Duty::ask || duty == Duty::pass;
  asked_last_ = duty == Duty::ask || (asked_last_ && duty != Duty::pass);
  drop_held(now);
  if (duty == Duty::ask) {
    for (const auto& [name, request] : std::exchange(held_, {})) {
      ask(request, now);
    }
  }
  if (duty == Duty::pass) {
    schedule_.forget_misses();
  }
  if (duty == Duty::ask || duty == Duty::pass) {
    for (const auto& behind : std::exchange(held_behind_, {})) {
      take(behind, now);
    }
  }
}

void ScheduleRunner::take(const DueRequest& due, Time now)
{
  switch (duty_) {
  case Duty::ask:
    ask(due, now);
    break;
  case Duty::hold:
  case Duty::not_known:
    schedule_.set_aside(due);
    held_.insert_or_assign(due.entry.name, due);
    break;
  case Duty::pass:
    schedule_.ended(due.entry.name);
    break;
  }
}

// Of two requests that follow each other at once the second tells nothing new.
void ScheduleRunner::drop_held(Time now)
{
  for (auto held = held_.begin(); held != held_.end();) {
    const auto& [entry, turn, missed, by_hand] = held->second;
    const bool keep = duty_ != Duty::pass && now - turn < entry.every / 2 && is_open(entry, now);
    if (!keep && duty_ == Duty::pass) {
      schedule_.ended(held->first);
    } else if (!keep) {
      not_asked(held->second);
    }
    held = keep ? std::next(held) : held_.erase(held);
  }
}

// Whoever has just started has not missed what it could not know of; and while this collector is cut off,
// another one may ask, unless it was this one's turn.
bool ScheduleRunner::is_missed() const
{
  return duty_ == Duty::not_known ? asked_last_ : was_told_;
}

void ScheduleRunner::not_asked(const DueRequest& due)
{
  schedule_.take_back(due);
  if (!due.by_hand && is_missed()) {
    const auto why = intake_.connected() ? FallenBehind::Why::nobody_asked : FallenBehind::Why::not_connected;
    schedule_.miss(due.entry.name, 1, why);
    ++unsent_;
  }
}

// What could not be sent is over at once, and the next turn comes in its time.
bool ScheduleRunner::ask(const DueRequest& due, Time now)
{
  const auto& entry = due.entry;
  const bool sent = intake_.broadcast(scheduled_request(entry), entry.collective, entry.name);
  if (sent) {
    ends_[entry.name] = now + entry.splay + entry.timeout;
    if (entry.every >= remembered_from) {
      intake_.book().note_turn(entry.name, due.due);
    }
    if (const auto missed = schedule_.sent(due)) {
      tell(*missed, now);
    }
  } else {
    not_asked(due);
  }
  return sent;
}

void ScheduleRunner::take(const FallenBehind& behind, Time now)
{
  if (duty_ == Duty::ask) {
    tell(behind, now);
  } else if (duty_ != Duty::pass && held_behind_.size() < most_held_behind) {
    held_behind_.push_back(behind);
  }
}

void ScheduleRunner::tell(const FallenBehind& behind, Time now)
{
  StoredEvent event;
  event.time = now;
  event.kind = "schedule";
  event.message = to_string(behind);
  log::warning(event.message);
  intake_.book().note(std::move(event));
}

}  // namespace muster::collector
