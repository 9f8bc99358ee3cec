// SPDX-License-Identifier: Apache-2.0
// The watch: whether Icinga is there, which one it is, and what it has on its disk.
#include "nagios-bridge/icinga/icinga_session.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/icinga/icinga_request.hpp"

namespace muster::bridge {

namespace asio = boost::asio;
namespace log = runtime::log;
template <typename T>
using Awaitable = asio::awaitable<T>;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds end_of_deliveries{1};  // between two looks at whether they have ended

Time wall_clock()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

IcingaSession::IcingaSession(asio::any_io_executor executor, IcingaSettings settings, Feed& feed)
    : executor_{std::move(executor)},
      settings_{std::move(settings)},
      feed_{feed},
      hand_over_{feed.safe()},
      safe_place_{settings_.safe_after},
      watch_api_{executor_, settings_},
      watch_timer_{executor_}
{
  state_.safe = feed.safe();
  state_.handed_over = state_.safe;
  state_.since = wall_clock();
  for (std::uint64_t i = 0; i < settings_.connections; ++i) {
    workers_.push_back(std::make_unique<Worker>(executor_, settings_));
  }
}

void IcingaSession::start()
{
  asio::co_spawn(executor_, watch(shared_from_this()), asio::detached);
  for (auto& worker : workers_) {
    asio::co_spawn(executor_, work(shared_from_this(), *worker), asio::detached);
  }
}

void IcingaSession::wake()
{
  has_more_ = true;
  if (state_.working) {
    wake_one();
  }
}

void IcingaSession::stop()
{
  if (std::exchange(stopped_, true)) {
    return;
  }
  set_working(false);
  watch_api_.close();
  watch_timer_.cancel();
  for (auto& worker : workers_) {
    worker->api.close();
    worker->rest.cancel();
  }
}

SinkState IcingaSession::state() const
{
  return state_;
}

Awaitable<void> IcingaSession::watch(std::shared_ptr<IcingaSession> self)
{
  while (!self->stopped_) {
    alarmed_ = false;
    const auto seen = co_await look();
    if (stopped_) {
      co_return;
    }
    if (!seen) {
      set_working(false);
      watch_api_.close();
      set_trouble(seen.error().message);
    } else if (!alarmed_) {
      set_working(true);
      co_await pause(look_every);
    }
    // What Icinga refuses right after each look is not tried without end.
    if (!seen || alarms_ > 1) {
      co_await pause(pause_.next());
    }
  }
}

Awaitable<Expected<void>> IcingaSession::look()
{
  if (!watch_api_.is_fresh()) {
    Expected<void> introduced = co_await introduce();
    if (!introduced) {
      co_return introduced;
    }
  }
  const auto asked = Clock::now();
  auto question = ask_for_start();
  const auto answer = co_await watch_api_.ask(std::move(question));
  if (!answer) {
    co_return tl::make_unexpected(answer.error());
  }
  const auto start = start_in(*answer);
  if (!start) {
    co_return tl::make_unexpected(start.error());
  }
  if (start_ != *start) {
    co_await change_to(*start);
  } else if (!stopped_) {
    seen_alive(asked);
  }
  co_return Expected<void>{};
}

Awaitable<Expected<void>> IcingaSession::introduce()
{
  Expected<void> opened = co_await watch_api_.open();
  if (!opened) {
    co_return opened;
  }
  auto question = ask_for_rights();
  const auto answer = co_await watch_api_.ask(std::move(question));
  if (!answer) {
    co_return tl::make_unexpected(answer.error());
  }
  const auto rights = rights_in(*answer);
  if (!rights) {
    co_return tl::make_unexpected(rights.error());
  }
  const auto missing = missing_rights(*rights, settings_.creates());
  if (!missing.empty()) {
    co_return failure(
        ErrorCode::denied, "the ApiUser has not all permissions that are needed: give it also " + missing);
  }
  co_return Expected<void>{};
}

// The Icinga that was fed has gone. What is still under way to it is given up first: until then nothing may
// begin again.
Awaitable<void> IcingaSession::change_to(std::int64_t start)
{
  set_working(false);
  for (auto& worker : workers_) {
    worker->api.close();
  }
  while (under_way_ > 0 && !stopped_) {
    co_await pause(end_of_deliveries);
  }
  if (stopped_) {
    co_return;
  }
  if (start_) {
    begin_again();
  }
  start_ = start;
}

void IcingaSession::begin_again()
{
  ++state_.restarts;
  safe_place_.restarted();
  hand_over_.begin_again(feed_.safe());
  has_more_ = true;
  log::info(
      "icinga2 at " + place_of(settings_.api) +
      " has been started anew: it is asked what it has, and told what it lacks");
}

void IcingaSession::seen_alive(Clock::time_point asked)
{
  wake();  // a feed that could not be read is tried again
  note_handed_over();
  const auto safe = safe_place_.alive(asked);
  if (!safe || *safe <= feed_.safe()) {
    return;
  }
  if (auto kept = feed_.set_safe(*safe); !kept) {
    set_trouble(kept.error().message);
  }
  state_.safe = feed_.safe();
}

Awaitable<void> IcingaSession::pause(std::chrono::milliseconds duration)
{
  if (!stopped_) {
    watch_timer_.expires_after(duration);
    co_await watch_timer_.async_wait(as_result);
  }
}

// Something is wrong with Icinga: nothing is told until the watch has looked.
void IcingaSession::alarm(const std::string& why)
{
  if (stopped_ || !state_.working) {
    return;
  }
  set_trouble(why);
  set_working(false);
  ++alarms_;
  alarmed_ = true;
  watch_timer_.cancel();
}

void IcingaSession::set_trouble(const std::string& why)
{
  const auto text = why.empty() ? why : place_of(settings_.api) + ": " + why;
  if (!text.empty() && text != state_.trouble) {
    log::warning("icinga2 at " + text);
  }
  state_.trouble = text;
}

void IcingaSession::set_working(bool working)
{
  if (state_.working == working) {
    return;
  }
  state_.working = working;
  state_.since = wall_clock();
  if (!working) {
    return;
  }
  if (alarms_ == 0) {
    pause_.succeeded();
  }
  if (!state_.trouble.empty()) {
    log::info("icinga2 at " + place_of(settings_.api) + " takes results again");
  }
  set_trouble("");
  for (auto& worker : workers_) {
    worker->rest.cancel();
  }
}

}  // namespace muster::bridge
