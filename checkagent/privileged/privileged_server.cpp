// SPDX-License-Identifier: Apache-2.0
#include "checkagent/privileged/privileged_server.hpp"

#include <cerrno>
#include <exception>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "libmuster/runtime/log.hpp"

namespace muster::checkagent {

namespace asio = boost::asio;
namespace log = runtime::log;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)
using actions::Outcome;
using asio::local::stream_protocol;
using std::chrono::milliseconds;

namespace {

asio::awaitable<void> pass(milliseconds duration)
{
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// Empty when none came in time, or one that is too long.
asio::awaitable<std::string> read_line(PrivilegedServer::Socket& connection)
{
  std::string line;
  auto buffer = asio::dynamic_buffer(line, actions::largest_privileged_request);
  const auto [error, count] =
      co_await asio::async_read_until(connection, buffer, '\n', asio::as_tuple(asio::use_awaitable));
  line.resize(error ? 0 : count - 1);
  co_return line;
}

asio::awaitable<void> write_line(PrivilegedServer::Socket& connection, const std::string& line)
{
  co_await asio::async_write(connection, asio::buffer(line), asio::as_tuple(asio::use_awaitable));
}

// The other side closes when it has the reply; or it is dead, which is told the same way.
asio::awaitable<void> wait_for_close(PrivilegedServer::Socket& connection)
{
  char byte = 0;
  co_await connection.async_read_some(asio::buffer(&byte, 1), asio::as_tuple(asio::use_awaitable));
}

Expected<uid_t> peer_of(PrivilegedServer::Socket& connection)
{
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return failure(ErrorCode::io_failure, "SO_PEERCRED: " + std::generic_category().message(errno));
  }
  return peer.uid;
}

Outcome refused(const std::string& why)
{
  log::warning("refused: " + why);
  return actions::failed(actions::status_aborted, "muster-privileged: " + why);
}

}  // namespace

PrivilegedServer::PrivilegedServer(Options options, actions::PrivilegedActions& actions)
    : options_{options}, actions_{actions}
{}

asio::awaitable<void> PrivilegedServer::serve(Socket connection)
{
  Outcome outcome = co_await answer(connection);
  const std::string reply = actions::encode(outcome);
  const milliseconds patience{reply_patience};
  co_await (write_line(connection, reply) || pass(patience));
  boost::system::error_code ignored;
  connection.shutdown(Socket::shutdown_send, ignored);
  if (!outcome.afterwards) {
    co_return;
  }
  co_await (wait_for_close(connection) || pass(patience));
  connection.close(ignored);
  co_await pass(options_.delay_of_own_change);
  co_await outcome.afterwards();
}

asio::awaitable<Outcome> PrivilegedServer::answer(Socket& connection)
{
  std::string line;
  const milliseconds patience{request_patience};
  auto read = co_await (read_line(connection) || pass(patience));
  if (auto* text = std::get_if<std::string>(&read)) {
    line = std::move(*text);
  }
  // Read before it is refused: who is still writing would miss the refusal.
  const auto peer = peer_of(connection);
  if (!peer) {
    co_return refused(peer.error().message);
  }
  if (*peer != 0 && *peer != options_.user) {
    co_return refused("user " + std::to_string(*peer) + " may not ask");
  }
  if (line.empty()) {
    co_return refused("no request: expected one line of at most 16 KiB within 10 s");
  }
  co_return co_await perform(std::move(line));
}

asio::awaitable<Outcome> PrivilegedServer::perform(std::string line)
{
  auto request = actions::parse_privileged_request(line);
  if (!request) {
    Outcome outcome = refused(request.error().message);
    outcome.status = actions::status_invalid_data;
    co_return outcome;
  }
  try {
    co_return co_await actions_.perform(*std::move(request));
  } catch (const std::exception& bug) {
    log::error(std::string{"an action failed: "} + bug.what());
    co_return actions::failed(actions::status_other, std::string{"muster-privileged failed: "} + bug.what());
  }
}

Expected<void> PrivilegedServer::listen(asio::io_context& loop, const std::filesystem::path& path)
{
  std::error_code ignored;
  if (std::filesystem::is_socket(path, ignored)) {
    std::filesystem::remove(path, ignored);  // of one that was killed
  }
  boost::system::error_code failed;
  stream_protocol::acceptor acceptor{loop};
  acceptor.open(stream_protocol{}, failed);
  const auto before = ::umask(0177);
  if (!failed) {
    acceptor.bind(stream_protocol::endpoint{path.string()}, failed);
  }
  ::umask(before);
  if (!failed && ::geteuid() == 0 && ::chown(path.c_str(), options_.user, static_cast<gid_t>(-1)) != 0) {
    failed.assign(errno, boost::system::system_category());
  }
  if (!failed) {
    acceptor.listen(stream_protocol::acceptor::max_listen_connections, failed);
  }
  if (failed) {
    return failure(ErrorCode::io_failure, "cannot listen at " + path.string() + ": " + failed.message());
  }
  asio::co_spawn(loop, accept(std::move(acceptor)), asio::detached);
  return {};
}

asio::awaitable<void> PrivilegedServer::accept(stream_protocol::acceptor acceptor)
{
  const auto executor = co_await asio::this_coro::executor;
  while (true) {
    auto [error, connection] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error || connections_ >= most_connections) {
      constexpr milliseconds breath{100};  // no descriptors left, or too many connections: no busy loop
      co_await pass(breath);
      continue;
    }
    ++connections_;
    asio::co_spawn(
        executor, serve(std::move(connection)), [this](const std::exception_ptr&) { --connections_; });
  }
}

}  // namespace muster::checkagent
