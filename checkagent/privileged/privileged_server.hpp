// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "checkagent/actions/privileged_actions.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

// One request and one reply for each connection; what was promised for afterwards is done when the reply has
// been taken. One thread. Must outlive the loop's run.
class PrivilegedServer {
public:
  using Socket = boost::asio::local::stream_protocol::socket;

  // systemd's MaxConnections is the same; a node's own request queue is shorter.
  static constexpr std::size_t most_connections = 32;
  static constexpr std::chrono::seconds request_patience{10};  // checkagent writes its line at once
  static constexpr std::chrono::seconds reply_patience{30};    // until the reply has been taken

  struct Options {
    uid_t user = 0;  // who may ask, besides root
    std::chrono::milliseconds delay_of_own_change{
        3000};  // for the answer's way from checkagent to the broker
  };

  PrivilegedServer(Options options, actions::PrivilegedActions& actions);

  boost::asio::awaitable<void> serve(Socket connection);

  // For machines without systemd: makes the socket, which only root and `user` may open, and serves every
  // connection until the loop is stopped. Fails when the socket cannot be made.
  Expected<void> listen(boost::asio::io_context& loop, const std::filesystem::path& path);

private:
  boost::asio::awaitable<void> accept(boost::asio::local::stream_protocol::acceptor acceptor);
  boost::asio::awaitable<actions::Outcome> answer(Socket& connection);
  boost::asio::awaitable<actions::Outcome> perform(std::string line);

  Options options_;
  actions::PrivilegedActions& actions_;
  std::size_t connections_ = 0;
};

}  // namespace muster::checkagent
