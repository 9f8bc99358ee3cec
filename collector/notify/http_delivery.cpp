// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/http_delivery.hpp"

#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/http/http_client.hpp"

namespace muster::collector {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_answer = std::size_t{64} << 10U;  // of a receiver: a sentence, a page at most

DeliveryResult again(const HttpPost& post, const Error& error)
{
  return {DeliveryResult::Outcome::again, place_of(post.to) + ": " + error.message, std::nullopt};
}

http::HttpRequest request_of(HttpPost& post)
{
  http::HttpRequest request;
  request.method = http::HttpMethod::post;
  request.path = post.to.path;
  request.headers = {
      {"User-Agent", "muster-collector/" MUSTER_VERSION}, {"Content-Type", "application/json"}};
  request.body = std::move(post.body);
  request.last = true;
  return request;
}

DeliveryResult meaning_of(const http::HttpAnswer& answer)
{
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return collector::meaning_of(answer.status, answer.retry_after, answer.body, now);
}

asio::awaitable<DeliveryResult> connect_and_exchange(HttpPost& post)
{
  const http::HttpLimits limits{post.timeout, largest_answer};
  const http::TlsFiles files{post.ca, {}, {}, {}};
  http::HttpClient client{co_await asio::this_coro::executor, post.to, files, limits};
  const auto connected = co_await client.connect();
  if (!connected) {
    co_return again(post, connected.error());
  }
  auto request = request_of(post);
  const auto answer = co_await client.exchange(std::move(request));
  co_return answer ? meaning_of(*answer) : again(post, answer.error());
}

asio::awaitable<void> pass(std::chrono::milliseconds duration)
{
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(as_result);
}

}  // namespace

asio::awaitable<DeliveryResult> deliver_by_http(HttpPost post)
{
  const auto timeout = post.timeout;
  auto ended = co_await (connect_and_exchange(post) || pass(timeout));
  if (auto* result = std::get_if<0>(&ended)) {
    co_return std::move(*result);
  }
  DeliveryResult late{
      DeliveryResult::Outcome::again,
      place_of(post.to) + " gave no answer within " + std::to_string(timeout.count()) + " ms",
      std::nullopt};
  co_return late;
}

}  // namespace muster::collector
