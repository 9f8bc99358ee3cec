// SPDX-License-Identifier: Apache-2.0
// Handing results over, each worker one after the other on a connection of its own.
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/log.hpp"
#include "nagios-bridge/icinga/icinga_request.hpp"
#include "nagios-bridge/icinga/icinga_session.hpp"

namespace muster::bridge {

namespace asio = boost::asio;
namespace log = runtime::log;
template <typename T>
using Awaitable = asio::awaitable<T>;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
// For its turn to create something: Icinga makes some 200 objects a second.
constexpr std::chrono::milliseconds creation_pause{5};

Time wall_clock()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Awaitable<void> IcingaSession::work(std::shared_ptr<IcingaSession> self, Worker& worker)
{
  while (!self->stopped_) {
    fill();
    auto task = state_.working ? hand_over_.next(Clock::now(), wall_clock()) : std::nullopt;
    if (!task) {
      co_await rest(worker);
      continue;
    }
    ++under_way_;
    if (hand_over_.has_ready()) {
      wake_one();
    }
    co_await deliver(worker, std::move(*task));
    --under_way_;
    note_handed_over();
    if (under_way_ == 0 && !state_.working) {
      watch_timer_.cancel();  // it may wait for that
    }
  }
}

Awaitable<void> IcingaSession::rest(Worker& worker)
{
  if (state_.working && has_more_ && hand_over_.room() > 0) {
    co_await asio::post(executor_, asio::use_awaitable);  // a feed that has nothing for us is read in between
    co_return;
  }
  worker.rest.expires_at(hand_over_.next_due().value_or(Clock::time_point::max()));
  worker.resting = true;
  co_await worker.rest.async_wait(as_result);
  worker.resting = false;
}

Awaitable<void> IcingaSession::deliver(Worker& worker, HandOver::Task task)
{
  const bool ready = co_await make_ready(worker);
  if (!ready) {
    hand_over_.put_back(*task.result);
    co_return;
  }
  const bool knows = !task.ask || co_await learn(worker, task.result);
  if (!knows) {
    co_return;
  }
  const auto times = hand_over_.times_of(*task.result, wall_clock());
  if (!times) {
    hand_over_.settled(*task.result);
    co_return;
  }
  co_await tell_it(worker, task.result, *times);
}

// Connected to the Icinga that the watch has seen.
Awaitable<bool> IcingaSession::make_ready(Worker& worker)
{
  if (worker.api.is_fresh() && worker.start == start_) {
    co_return state_.working;
  }
  const auto opened = co_await worker.api.open();
  if (!opened) {
    alarm(opened.error().message);
    co_return false;
  }
  auto question = ask_for_start();
  const auto answer = co_await worker.api.ask(std::move(question));
  const auto start = answer ? start_in(*answer) : tl::make_unexpected(answer.error());
  if (!start) {
    worker.api.close();
    alarm(start.error().message);
    co_return false;
  }
  worker.start = *start;
  if (worker.start != start_) {
    alarm("it has been started anew");
  }
  co_return state_.working;
}

// What Icinga has of the object; false: not now, and the result has been put where it belongs.
Awaitable<bool> IcingaSession::learn(Worker& worker, Result result)
{
  auto question = ask_for_last_result(*result);
  const auto answer = co_await worker.api.ask(std::move(question));
  if (!answer) {
    hand_over_.put_back(*result);
    alarm(answer.error().message);
    co_return false;
  }
  const auto verdict = meaning_of(*answer);
  if (verdict.meaning == Meaning::done || verdict.meaning == Meaning::unknown) {
    const auto last = last_result_in(*answer);
    last ? hand_over_.learned(*result, *last) : hand_over_.knows_nothing(*result);
    co_return true;
  }
  settle(*result, {}, verdict);
  co_return false;
}

Awaitable<void> IcingaSession::tell_it(Worker& worker, Result result, ToldTimes times)
{
  auto verdict = co_await tell_once(worker, result, times);
  if (verdict && verdict->meaning == Meaning::unknown && settings_.creates()) {
    const auto created = co_await create(worker, result);
    if (created.meaning == Meaning::done) {
      verdict = co_await tell_once(worker, result, times);
    } else {
      verdict = Verdict{created.meaning, "cannot create it: " + created.reason};
    }
  }
  if (verdict) {
    settle(*result, times, *verdict);
  }
}

// Nothing: the connection broke, and the result is in doubt.
Awaitable<std::optional<Verdict>> IcingaSession::tell_once(Worker& worker, Result result, ToldTimes times)
{
  auto request = tell(*result, times);
  const auto answer = co_await worker.api.ask(std::move(request));
  if (answer) {
    co_return std::optional{meaning_of(*answer)};
  }
  hand_over_.lost_sight_of(*result);
  alarm(answer.error().message);
  co_return std::optional<Verdict>{};
}

// Two requests at once for one object: Icinga 2.13 refuses the second, takes away the file of the first with
// it, and does not start the next time. So one is made at a time.
Awaitable<Verdict> IcingaSession::create(Worker& worker, Result result)
{
  while (creating_ && !stopped_) {
    worker.rest.expires_after(creation_pause);
    co_await worker.rest.async_wait(as_result);
  }
  creating_ = true;
  const Verdict verdict = co_await create_alone(worker, std::move(result));
  creating_ = false;
  co_return verdict;
}

Awaitable<Verdict> IcingaSession::create_alone(Worker& worker, Result result)
{
  auto host = create_host(*result, settings_.host_templates);
  Verdict verdict = co_await create_object(worker, std::move(host));
  if (verdict.meaning == Meaning::done && !result->service.empty()) {
    auto service = create_service(*result, settings_.service_templates);
    verdict = co_await create_object(worker, std::move(service));
  }
  if (verdict.meaning == Meaning::done) {
    log::info(
        "icinga2 at " + place_of(settings_.api) + ": created " + printable(object_name(*result), false));
  }
  co_return verdict;
}

Awaitable<Verdict> IcingaSession::create_object(Worker& worker, http::HttpRequest request)
{
  const auto answer = co_await worker.api.ask(std::move(request));
  if (answer) {
    co_return meaning_of_creation(*answer);
  }
  alarm(answer.error().message);
  Verdict later{Meaning::later, answer.error().message};
  co_return later;
}

void IcingaSession::settle(const PassiveResult& result, const ToldTimes& times, const Verdict& verdict)
{
  switch (verdict.meaning) {
  case Meaning::done:
    count_delivery(hand_over_.delivered(result, times, wall_clock()));
    break;
  case Meaning::later:
    if (!hand_over_.failed(result, Clock::now())) {
      bury(result, verdict.reason);
    }
    break;
  case Meaning::denied:
    hand_over_.put_back(result);
    alarm(verdict.reason);
    break;
  case Meaning::unknown:
  case Meaning::refused:
    bury(result, verdict.reason);
  }
}

void IcingaSession::count_delivery(bool once_more)
{
  ++state_.delivered;
  state_.repeated += once_more ? 1 : 0;
  state_.last_time = wall_clock();
  alarms_ = 0;
  pause_.succeeded();
}

void IcingaSession::bury(const PassiveResult& result, const std::string& reason)
{
  if (stopped_) {
    return;
  }
  if (auto buried = feed_.bury(result, reason); !buried) {
    hand_over_.put_back(result);
    alarm(buried.error().message);
    return;
  }
  ++state_.buried;
  hand_over_.settled(result);
}

void IcingaSession::fill()
{
  const auto room = hand_over_.room();
  if (!state_.working || !has_more_ || room == 0) {
    return;
  }
  auto slice = feed_.read(hand_over_.read_until(), room);
  has_more_ = slice && slice->until > hand_over_.read_until();
  if (!slice) {
    set_trouble(slice.error().message);
    return;
  }
  hand_over_.add(std::move(*slice));
  note_handed_over();
}

void IcingaSession::note_handed_over()
{
  state_.handed_over = hand_over_.handed_over();
  safe_place_.handed_over(state_.handed_over, Clock::now());
}

void IcingaSession::wake_one()
{
  for (auto& worker : workers_) {
    if (worker->resting) {
      worker->rest.cancel();
      worker->resting = false;
      return;
    }
  }
}

}  // namespace muster::bridge
