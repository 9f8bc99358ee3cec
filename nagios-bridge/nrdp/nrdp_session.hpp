// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/http/http_client.hpp"
#include "nagios-bridge/nrdp/nrdp_course.hpp"
#include "nagios-bridge/nrdp/nrdp_settings.hpp"
#include "nagios-bridge/sinks/feed.hpp"
#include "nagios-bridge/sinks/sink.hpp"

namespace muster::bridge {

// What NrdpCourse says is done here, one step at a time. Lives as long as it works, which stop() ends soon;
// after that the feed is not touched. On the bridge's thread.
class NrdpSession : public std::enable_shared_from_this<NrdpSession> {
public:
  // An answer of NRDP has some 200 bytes.
  static constexpr std::size_t largest_answer = std::size_t{16} << 10U;
  // Web servers end a connection that is silent for five seconds (Apache's KeepAliveTimeout).
  static constexpr std::chrono::seconds longest_rest{3};

  NrdpSession(boost::asio::any_io_executor executor, NrdpSettings settings, Feed& feed);

  void start();
  void wake();
  void stop();

  [[nodiscard]] const SinkState& state() const { return state_; }

private:
  using Clock = NrdpCourse::Clock;
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<void> work(std::shared_ptr<NrdpSession> self);
  Awaitable<Expected<void>> take(NrdpCourse::Step step);
  Awaitable<Expected<void>> make_ready();
  Awaitable<Expected<void>> post();
  Awaitable<void> rest(NrdpCourse::Step step);
  Expected<void> read();
  Expected<bool> is_for_nrdp(const PassiveResult& result);
  Expected<void> keep_safe();
  void count(std::size_t results);
  void fail(const std::string& why);

  boost::asio::any_io_executor executor_;
  NrdpSettings settings_;
  Feed& feed_;
  NrdpCourse course_;
  http::HttpClient client_;
  std::string token_;
  Clock::time_point last_used_{};
  boost::asio::steady_timer timer_;
  SinkState state_;
  bool stopped_ = false;
};

}  // namespace muster::bridge
