// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/nrpe/packet.hpp"
#include "libmuster/nrpe_server/channel.hpp"

namespace muster::nrpe_server {

// What a client has asked. Good until its answer is given.
struct Question {
  std::string client;   // its IP address
  std::string text;     // "check" or "check!argument!argument", not empty; any bytes but NUL
  Channel& connection;  // for whoever wants to know whether the client still waits
};

struct Reply {
  CheckState state = CheckState::unknown;
  std::string text;
};

// What a listener needs of its program. Called on the listener's thread.
struct Handlers {
  // Nothing: the connection is closed without an answer, as nrpe does with what it refuses.
  std::function<boost::asio::awaitable<std::optional<Reply>>(Question)> answer;

  // Somebody was turned away before he could be understood: the connection is closed without an answer.
  std::function<void(const std::string& client, const std::string& why)> rejected;

  // The answer was there, and could not be delivered.
  std::function<void(const std::string& client, const std::string& why)> undelivered;
};

struct ConnectionLimits {
  std::chrono::milliseconds question{30'000};  // for handshake and question, which check_nrpe sends at once
  std::chrono::milliseconds answer{30'000};    // to take it: at most 64 KiB
  std::chrono::milliseconds goodbye{5'000};    // for the other side's end; nothing depends on it any more
  std::size_t largest_question = 8'192;        // nrpe makes command lines of at most 2 KiB of it
};

// One question and its answer. Runs as a coroutine that keeps it; one thread.
class Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(
      const boost::asio::any_io_executor& executor,
      std::unique_ptr<Channel> channel,
      std::string client,
      const ConnectionLimits& limits,
      std::shared_ptr<const Handlers> handlers);

  boost::asio::awaitable<void> run();

private:
  boost::asio::awaitable<Expected<nrpe::Packet>> read_question();
  boost::asio::awaitable<Expected<std::string>> read_packet();
  boost::asio::awaitable<void> deliver(nrpe::Packet query, Reply reply);
  boost::asio::awaitable<void> end();
  void end_within(std::chrono::milliseconds patience);
  [[nodiscard]] std::string reason_of(const Error& error) const;

  std::unique_ptr<Channel> channel_;
  std::string client_;
  ConnectionLimits limits_;
  std::shared_ptr<const Handlers> handlers_;
  boost::asio::steady_timer deadline_;
  bool late_ = false;
};

}  // namespace muster::nrpe_server
