// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "nagios-bridge/icinga/hand_over.hpp"
#include "nagios-bridge/icinga/icinga_answer.hpp"
#include "nagios-bridge/icinga/icinga_api.hpp"
#include "nagios-bridge/icinga/retry_pause.hpp"
#include "nagios-bridge/icinga/safe_place.hpp"
#include "nagios-bridge/sinks/sink.hpp"

namespace muster::bridge {

// What the Icinga sink does while it runs: one coroutine watches Icinga, on a connection of its own; the
// others hand results over, each on one connection. Nothing is told to an Icinga that the watch has not seen:
// each connection asks which one it has reached before it is used. What is decided is HandOver, SafePlace and
// the meaning of answers. One thread.
class IcingaSession : public std::enable_shared_from_this<IcingaSession> {
public:
  // A broken connection tells at once that Icinga has gone; this is for what breaks none, and for what is
  // safe.
  static constexpr std::chrono::seconds look_every{5};

  IcingaSession(boost::asio::any_io_executor executor, IcingaSettings settings, Feed& feed);

  void start();
  void wake();
  void stop();
  [[nodiscard]] SinkState state() const;

private:
  using Clock = std::chrono::steady_clock;
  using Result = std::shared_ptr<const PassiveResult>;
  template <typename T>
  using Awaitable = boost::asio::awaitable<T>;

  struct Worker {
    Worker(boost::asio::any_io_executor executor, const IcingaSettings& settings)
        : api{executor, settings}, rest{executor}
    {}

    IcingaApi api;
    boost::asio::steady_timer rest;
    bool resting = false;
    std::int64_t start = 0;  // of the Icinga that it is connected to
  };

  // The watch: icinga_session.cpp.
  Awaitable<void> watch(std::shared_ptr<IcingaSession> self);
  Awaitable<Expected<void>> look();
  Awaitable<Expected<void>> introduce();
  Awaitable<void> change_to(std::int64_t start);
  Awaitable<void> pause(std::chrono::milliseconds duration);
  void begin_again();
  void seen_alive(Clock::time_point asked);
  void alarm(const std::string& why);
  void set_trouble(const std::string& why);
  void set_working(bool working);

  // Handing over: icinga_delivery.cpp.
  Awaitable<void> work(std::shared_ptr<IcingaSession> self, Worker& worker);
  Awaitable<void> rest(Worker& worker);
  Awaitable<void> deliver(Worker& worker, HandOver::Task task);
  Awaitable<bool> make_ready(Worker& worker);
  Awaitable<bool> learn(Worker& worker, Result result);
  Awaitable<void> tell_it(Worker& worker, Result result, ToldTimes times);
  Awaitable<std::optional<Verdict>> tell_once(Worker& worker, Result result, ToldTimes times);
  Awaitable<Verdict> create(Worker& worker, Result result);
  Awaitable<Verdict> create_alone(Worker& worker, Result result);
  Awaitable<Verdict> create_object(Worker& worker, http::HttpRequest request);
  void settle(const PassiveResult& result, const ToldTimes& times, const Verdict& verdict);
  void count_delivery(bool once_more);
  void bury(const PassiveResult& result, const std::string& reason);
  void fill();
  void note_handed_over();
  void wake_one();

  boost::asio::any_io_executor executor_;
  IcingaSettings settings_;
  Feed& feed_;  // not touched after stop()
  HandOver hand_over_;
  SafePlace safe_place_;
  IcingaApi watch_api_;
  boost::asio::steady_timer watch_timer_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<std::int64_t> start_;  // of the Icinga that is fed
  RetryPause pause_;
  SinkState state_;
  std::size_t under_way_ = 0;
  int alarms_ = 0;  // since the last delivery
  bool alarmed_ = false;
  bool has_more_ = true;   // the feed
  bool creating_ = false;  // some worker is, with its deadlines
  bool stopped_ = false;
};

}  // namespace muster::bridge
