// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "nagios-bridge/nsca/nsca_cipher.hpp"
#include "nagios-bridge/nsca/nsca_connection.hpp"
#include "nagios-bridge/nsca/nsca_course.hpp"
#include "nagios-bridge/nsca/nsca_settings.hpp"
#include "nagios-bridge/sinks/feed.hpp"
#include "nagios-bridge/sinks/sink.hpp"

namespace muster::bridge {

// What NscaCourse says is done here, one step at a time. Lives as long as it works, which stop() ends soon;
// after that the feed is not touched. On the bridge's thread.
class NscaSession : public std::enable_shared_from_this<NscaSession> {
public:
  // Results that are read and written in one piece: some 200 KiB, which a daemon takes in a tenth of a
  // second, far below its deadline.
  static constexpr std::size_t most_at_once = 50;

  NscaSession(boost::asio::any_io_executor executor, NscaSettings settings, Feed& feed);

  void start();
  void wake();
  void stop();

  [[nodiscard]] const SinkState& state() const { return state_; }

private:
  using Clock = NscaCourse::Clock;
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<void> work(std::shared_ptr<NscaSession> self);
  Awaitable<Expected<void>> take(NscaCourse::Step step);
  Awaitable<Expected<void>> connect();
  Awaitable<Expected<void>> send();
  Awaitable<Expected<void>> finish();
  Awaitable<void> rest(NscaCourse::Step step);
  Expected<void> read();
  Expected<bool> is_for_nsca(const PassiveResult& result);
  void fail(const std::string& why);
  void note_working();

  boost::asio::any_io_executor executor_;
  NscaSettings settings_;
  Feed& feed_;
  NscaCourse course_;
  std::vector<PassiveResult> read_;  // and not sent yet
  std::shared_ptr<NscaConnection> connection_;
  std::unique_ptr<NscaCipher> cipher_;  // of this connection
  std::uint32_t greeting_time_ = 0;
  boost::asio::steady_timer timer_;
  std::minstd_rand noise_;
  SinkState state_;
  Ticket buried_until_ = 0;
  bool stopped_ = false;
};

}  // namespace muster::bridge
