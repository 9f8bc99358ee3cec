// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "libmuster/nrpe_server/channel.hpp"
#include "libmuster/nrpe_server/goodbye.hpp"

namespace muster::nrpe_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

class PlainChannel final : public Channel {
public:
  explicit PlainChannel(tcp::socket socket) : socket_{std::move(socket)} {}

  asio::awaitable<Expected<void>> greet() override { co_return Expected<void>{}; }

  asio::awaitable<Expected<std::size_t>> read_some(asio::mutable_buffer into) override
  {
    const auto [failed, count] = co_await socket_.async_read_some(into, as_result);
    if (failed && failed != asio::error::eof) {
      co_return failure(ErrorCode::disconnected, failed.message());
    }
    co_return count;
  }

  asio::awaitable<Expected<void>> write(const std::string& bytes) override
  {
    const auto [failed, count] = co_await asio::async_write(socket_, asio::buffer(bytes), as_result);
    if (failed) {
      co_return failure(ErrorCode::disconnected, failed.message());
    }
    co_return Expected<void>{};
  }

  asio::awaitable<void> finish() override { co_await say_goodbye(socket_); }

  asio::awaitable<void> gone() override
  {
    std::array<char, 1> byte{};
    const auto [failed] = co_await socket_.async_wait(tcp::socket::wait_read, as_result);
    error_code error = failed;
    if (!error && socket_.receive(asio::buffer(byte), tcp::socket::message_peek, error) > 0 && !error) {
      // It has said more than a question; nrpe does not look at that either.
      asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
      co_await never.async_wait(as_result);
    }
  }

  void close() override
  {
    error_code ignored;
    socket_.close(ignored);
  }

private:
  tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(tcp::socket socket)
{
  return std::make_unique<PlainChannel>(std::move(socket));
}

asio::awaitable<void> say_goodbye(tcp::socket& socket)
{
  error_code failed;
  socket.shutdown(tcp::socket::shutdown_send, failed);
  std::array<char, 1024> rest{};
  for (std::size_t taken = 0; !failed && taken < most_unread;) {
    const auto [ended, count] = co_await socket.async_read_some(asio::buffer(rest), as_result);
    failed = ended;
    taken += count;
  }
}

}  // namespace muster::nrpe_server
