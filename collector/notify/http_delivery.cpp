// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/http_delivery.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace muster::collector {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_answer = std::size_t{64} << 10U;  // of a receiver: a sentence, a page at most
constexpr std::uint32_t largest_header = 16'384;

DeliveryResult again(const HttpPost& post, std::string_view step, const error_code& error)
{
  return {
      DeliveryResult::Outcome::again,
      place_of(post.to) + ": " + std::string{step} + ": " + error.message(),
      std::nullopt};
}

http::request<http::string_body> request_of(HttpPost& post)
{
  constexpr unsigned http_1_1 = 11;
  http::request<http::string_body> request{http::verb::post, post.to.path, http_1_1};
  request.set(http::field::host, host_header(post.to));
  request.set(http::field::user_agent, "muster-collector/" MUSTER_VERSION);
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  request.body() = std::move(post.body);
  request.prepare_payload();
  return request;
}

DeliveryResult meaning_of(const http::response<http::string_body>& response)
{
  const auto wish = response[http::field::retry_after];
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return collector::meaning_of(response.result_int(), {wish.data(), wish.size()}, response.body(), now);
}

template <typename Stream>
asio::awaitable<DeliveryResult> exchange(Stream& stream, HttpPost& post)
{
  const auto request = request_of(post);
  const auto [not_sent, sent] = co_await http::async_write(stream, request, as_result);
  // Whoever refuses early may have answered and closed before all was sent.
  boost::beast::flat_buffer buffer{largest_header + largest_answer};
  http::response_parser<http::string_body> parser;
  parser.header_limit(largest_header);
  parser.body_limit(largest_answer);
  const auto [not_read, read] = co_await http::async_read(stream, buffer, parser, as_result);
  // An answer that is too long, or is cut off, has told its status all the same.
  if (parser.is_header_done()) {
    co_return meaning_of(parser.get());
  }
  co_return again(post, not_sent ? "it takes nothing" : "no answer", not_sent ? not_sent : not_read);
}

// Fails with what is wrong with the authorities or the name.
error_code trust(ssl::context& context, const HttpPost& post)
{
  error_code error;
  if (post.ca.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(post.ca.string(), error);
  }
  return error;
}

// A server with several names shows the certificate of the one that is asked for; an address is none.
void ask_for(ssl::stream<tcp::socket>& stream, std::string& host)
{
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (not_an_address) {
    SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
  }
}

asio::awaitable<DeliveryResult> exchange_by_tls(tcp::socket socket, HttpPost& post)
{
  ssl::context context{ssl::context::tls_client};
  if (const auto error = trust(context, post)) {
    co_return again(post, "the authorities in " + post.ca.string(), error);
  }
  ssl::stream<tcp::socket> stream{std::move(socket), context};
  stream.set_verify_mode(ssl::verify_peer);
  ssl::host_name_verification verification{post.to.host};
  stream.set_verify_callback(std::move(verification));
  ask_for(stream, post.to.host);
  const auto [not_greeted] = co_await stream.async_handshake(ssl::stream_base::client, as_result);
  if (not_greeted) {
    co_return again(post, "TLS", not_greeted);
  }
  DeliveryResult result = co_await exchange(stream, post);
  co_return result;
}

asio::awaitable<DeliveryResult> connect_and_exchange(HttpPost& post)
{
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver{executor};
  const auto [unknown, places] = co_await resolver.async_resolve(post.to.host, post.to.port, as_result);
  if (unknown) {
    co_return again(post, "its name", unknown);
  }
  tcp::socket socket{executor};
  const auto [unreachable, place] = co_await asio::async_connect(socket, places, as_result);
  if (unreachable) {
    co_return again(post, "no connection", unreachable);
  }
  if (post.to.tls) {
    DeliveryResult result = co_await exchange_by_tls(std::move(socket), post);
    co_return result;
  }
  DeliveryResult result = co_await exchange(socket, post);
  co_return result;
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
