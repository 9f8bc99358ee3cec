// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_connection.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace muster::bridge {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
template <typename T>
using Awaitable = asio::awaitable<T>;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

NscaConnection::NscaConnection(
    const asio::any_io_executor& executor, std::chrono::milliseconds timeout, std::function<void()> on_end)
    : socket_{executor}, deadline_{executor}, timeout_{timeout}, on_end_{std::move(on_end)}
{}

Awaitable<Expected<NscaGreeting>> NscaConnection::open(std::string host, std::string port)
{
  const auto self = shared_from_this();
  tcp::resolver resolver{socket_.get_executor()};
  const auto [unknown, places] = co_await resolver.async_resolve(host, port, as_result);
  if (unknown) {
    co_return broken("its name", unknown);
  }
  if (closed_) {
    co_return broken("no connection", asio::error::operation_aborted);
  }
  begin_deadline();
  const auto [unreachable, place] = co_await asio::async_connect(socket_, places, as_result);
  if (unreachable) {
    end_deadline();
    co_return broken("no connection", unreachable);
  }
  std::array<char, nsca_greeting_size> bytes{};
  const auto [silent, size] = co_await asio::async_read(socket_, asio::buffer(bytes), as_result);
  end_deadline();
  if (silent) {
    co_return broken("it does not greet as nsca does, or lets nobody in from here", silent);
  }
  watch();
  co_return parse_nsca_greeting(bytes);
}

Awaitable<Expected<void>> NscaConnection::write(std::string packets)
{
  const auto self = shared_from_this();
  begin_deadline();
  const auto [failed, size] = co_await asio::async_write(socket_, asio::buffer(packets), as_result);
  end_deadline();
  co_return failed ? Expected<void>{broken("it takes no more", failed)} : Expected<void>{};
}

Awaitable<Expected<void>> NscaConnection::finish()
{
  const auto self = shared_from_this();
  on_end_ = nullptr;  // from now on it may
  error_code failed;
  socket_.shutdown(tcp::socket::shutdown_send, failed);
  if (failed) {
    co_return broken("it has closed already", failed);
  }
  begin_deadline();
  char byte = 0;
  const auto [ended, size] = co_await socket_.async_read_some(asio::buffer(&byte, 1), as_result);
  end_deadline();
  if (ended != asio::error::eof) {
    co_return ended ? broken("it does not end the connection well", ended)
                    : failure(ErrorCode::invalid_input, "it answers, which no nsca does");
  }
  close();
  co_return Expected<void>{};
}

void NscaConnection::close()
{
  closed_ = true;
  on_end_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
}

// nsca says nothing behind its greeting: what can be read is its end.
void NscaConnection::watch()
{
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& cancelled) {
    if (cancelled || !self->on_end_) {
      return;
    }
    self->ended_ = true;
    self->on_end_();
  });
}

void NscaConnection::begin_deadline()
{
  deadline_.expires_after(timeout_);
  deadline_.async_wait([self = shared_from_this(), step = ++step_](const error_code& cancelled) {
    if (!cancelled && step == self->step_) {
      self->late_ = true;
      self->close();
    }
  });
}

void NscaConnection::end_deadline()
{
  ++step_;
  deadline_.cancel();
}

tl::unexpected<Error> NscaConnection::broken(const std::string& step, const error_code& error) const
{
  if (late_) {
    return failure(ErrorCode::timed_out, step + ": it took too long");
  }
  return failure(ErrorCode::disconnected, step + ": " + error.message());
}

}  // namespace muster::bridge
