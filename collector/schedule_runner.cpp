// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule_runner.hpp"

#include <utility>

#include "collector/schedule/scheduled_request.hpp"
#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;

namespace {

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

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
  const auto due = schedule_.due(now);
  for (const auto& request : due.requests) {
    ask(request, now);
  }
  for (const auto& behind : due.behind) {
    tell(behind, now);
  }
}

// What could not be sent is over at once, and the next turn comes in its time.
bool ScheduleRunner::ask(const DueRequest& due, Time now)
{
  const auto& entry = due.entry;
  const bool sent = active_ && intake_.broadcast(scheduled_request(entry), entry.collective, entry.name);
  if (sent) {
    ends_[entry.name] = now + entry.splay + entry.timeout;
    if (entry.every >= remembered_from) {
      intake_.book().note_turn(entry.name, due.due);
    }
  } else {
    schedule_.ended(entry.name);
  }
  return sent;
}

void ScheduleRunner::tell(const FallenBehind& behind, Time now)
{
  if (!active_) {
    return;
  }
  StoredEvent event;
  event.time = now;
  event.kind = "schedule";
  event.message = to_string(behind);
  log::warning(event.message);
  intake_.book().note(std::move(event));
}

}  // namespace muster::collector
