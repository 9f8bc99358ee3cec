// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_session.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "nagios-bridge/nrdp/nrdp_exchange.hpp"
#include "nagios-bridge/render/nrdp_text.hpp"

namespace muster::bridge {

namespace asio = boost::asio;
namespace log = runtime::log;
template <typename T>
using Awaitable = asio::awaitable<T>;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_token = 4096;
constexpr auto limits =
    "NRDP acknowledges files, not results: whether Nagios knows a host or a service, and reads them within "
    "the "
    "hour in which they are good, is never told; the time of a result is that of its arrival";
constexpr auto readable = "the token of NRDP goes over the wire as it is: use https";

Time wall_clock()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

NrdpSession::NrdpSession(asio::any_io_executor executor, NrdpSettings settings, Feed& feed)
    : executor_{std::move(executor)},
      settings_{std::move(settings)},
      feed_{feed},
      course_{settings_, feed.safe()},
      client_{executor_, settings_.server, settings_.tls, {settings_.timeout, largest_answer}},
      timer_{executor_}
{
  state_.handed_over = feed.safe();
  state_.safe = feed.safe();
  state_.since = wall_clock();
}

void NrdpSession::start()
{
  log::warning(limits);
  if (!settings_.server.tls) {
    log::warning(readable);
  }
  state_.trouble = limits;
  asio::co_spawn(executor_, work(shared_from_this()), asio::detached);
}

void NrdpSession::wake()
{
  course_.more();
  timer_.cancel();
}

void NrdpSession::stop()
{
  stopped_ = true;
  timer_.cancel();
  client_.close();
}

Awaitable<void> NrdpSession::work(std::shared_ptr<NrdpSession> self)
{
  while (!self->stopped_) {
    const auto step = course_.next(Clock::now());
    const auto taken = co_await take(step);
    if (!taken && !stopped_) {
      fail(taken.error().message);
    }
  }
}

Awaitable<Expected<void>> NrdpSession::take(NrdpCourse::Step step)
{
  Expected<void> taken;
  switch (step.kind) {
  case NrdpCourse::Step::Kind::wait:
    co_await rest(step);
    break;
  case NrdpCourse::Step::Kind::read:
    taken = read();
    co_await asio::post(executor_, as_result);  // others on this thread want to work too
    break;
  case NrdpCourse::Step::Kind::post:
    taken = co_await make_ready();
    if (taken && !stopped_) {
      taken = co_await post();
    }
    break;
  }
  co_return taken;
}

Awaitable<void> NrdpSession::rest(NrdpCourse::Step step)
{
  timer_.expires_at(step.until.value_or(Clock::time_point::max()));
  co_await timer_.async_wait(as_result);
}

Expected<void> NrdpSession::read()
{
  auto slice = feed_.read(course_.read_from(), settings_.batch);
  if (!slice) {
    return tl::unexpected{slice.error()};
  }
  if (slice->until == course_.read_from()) {
    course_.dry();
    return {};
  }
  std::vector<PassiveResult> good;
  for (auto& result : slice->results) {
    const auto fits = is_for_nrdp(result);
    if (!fits) {
      return tl::unexpected{fits.error()};
    }
    if (*fits) {
      good.push_back(std::move(result));
    }
  }
  course_.read(std::move(good), slice->until);
  return keep_safe();
}

Expected<bool> NrdpSession::is_for_nrdp(const PassiveResult& result)
{
  const auto names = check_nrdp_names(result);
  if (names) {
    return true;
  }
  if (auto buried = feed_.bury(result, names.error().message); !buried) {
    return tl::unexpected{buried.error()};
  }
  ++state_.buried;
  return false;
}

Awaitable<Expected<void>> NrdpSession::make_ready()
{
  if (client_.is_open() && Clock::now() - last_used_ < longest_rest) {
    co_return Expected<void>{};
  }
  auto text = runtime::read_text_file(settings_.token_file, longest_token);
  if (!text) {
    co_return tl::make_unexpected(text.error());
  }
  token_ = text->substr(0, text->find_first_of("\r\n"));
  Expected<void> connected = co_await client_.connect();
  co_return connected;
}

Awaitable<Expected<void>> NrdpSession::post()
{
  const auto batch = course_.batch(Clock::now());
  const auto size = batch.size();
  auto request = nrdp_request(settings_.server.path, token_, batch);
  const auto answer = co_await client_.exchange(std::move(request));
  last_used_ = Clock::now();
  if (stopped_ || !answer) {
    co_return stopped_ ? Expected<void>{} : tl::make_unexpected(answer.error());
  }
  const auto trouble = nrdp_trouble(*answer, size);
  if (!trouble.empty()) {
    client_.close();
    co_return failure(ErrorCode::denied, trouble);
  }
  count(size);
  course_.taken(last_used_, size);
  co_return keep_safe();
}

void NrdpSession::count(std::size_t results)
{
  state_.delivered += results;
  state_.repeated += course_.has_tried() ? results : 0;
  state_.last_time = wall_clock();
  state_.trouble.clear();
  if (!state_.working) {
    log::info("NRDP at " + place_of(settings_.server) + " takes results");
    state_.working = true;
    state_.since = wall_clock();
  }
}

Expected<void> NrdpSession::keep_safe()
{
  state_.safe = course_.safe();
  state_.handed_over = state_.safe;
  return state_.safe == feed_.safe() ? Expected<void>{} : feed_.set_safe(state_.safe);
}

void NrdpSession::fail(const std::string& why)
{
  course_.failed(Clock::now());
  if (state_.working) {
    state_.working = false;
    state_.since = wall_clock();
  }
  const auto text = place_of(settings_.server) + ": " + why;
  if (text != state_.trouble) {
    log::warning("NRDP at " + text);
  }
  state_.trouble = text;
}

}  // namespace muster::bridge
