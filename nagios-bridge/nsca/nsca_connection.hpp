// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/error.hpp"
#include "nagios-bridge/nsca/nsca_packet.hpp"

namespace muster::bridge {

// One TCP connection to an NSCA daemon, used once. Every step has a deadline, but a name that is being looked
// up is waited for as long as the system's resolver takes, which has its own. What waits keeps it alive; all
// of it on the thread of its executor. Errors say what failed, without the place.
class NscaConnection : public std::enable_shared_from_this<NscaConnection> {
public:
  // `on_end` is called when the daemon ends the connection, or says something, before finish().
  NscaConnection(
      const boost::asio::any_io_executor& executor,
      std::chrono::milliseconds timeout,
      std::function<void()> on_end);

  // Connects, and reads the daemon's greeting.
  boost::asio::awaitable<Expected<NscaGreeting>> open(std::string host, std::string port);

  // Returns when the kernel has all of it.
  boost::asio::awaitable<Expected<void>> write(std::string packets);

  // Says that nothing more comes, and waits until the daemon, having read all, closes as well.
  boost::asio::awaitable<Expected<void>> finish();

  [[nodiscard]] bool has_ended() const { return ended_; }

  // Ends what waits soon. Forgets `on_end`.
  void close();

private:
  void watch();
  void begin_deadline();
  void end_deadline();
  [[nodiscard]] tl::unexpected<Error> broken(
      const std::string& step, const boost::system::error_code& error) const;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  std::chrono::milliseconds timeout_;
  std::function<void()> on_end_;
  unsigned step_ = 0;  // of the deadline: one that is over does nothing
  bool late_ = false;
  bool closed_ = false;  // by us
  bool ended_ = false;
};

}  // namespace muster::bridge
