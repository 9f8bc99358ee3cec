// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/care_teller.hpp"
#include "collector/fleet_values.hpp"
#include "collector/history_worker.hpp"
#include "collector/intake.hpp"
#include "collector/lease_runner.hpp"
#include "collector/live_board.hpp"
#include "collector/notifier.hpp"
#include "collector/schedule_runner.hpp"
#include "collector/service_node.hpp"
#include "collector/settings.hpp"
#include "collector/web/web.hpp"
#include "libmuster/runtime/systemd_notify.hpp"

namespace muster::collector {

// All parts of the collector on one thread, run until SIGTERM or SIGINT; only the history waits for its disk
// on a thread of its own.
class Daemon {
public:
  // Events that are too old are removed a few at a time, so that nobody waits for it.
  static constexpr std::chrono::seconds tidy_every{60};
  static constexpr std::int64_t most_removed = 5'000;

  // How often the collector checks itself.
  static constexpr std::chrono::seconds look_every{5};

  // Fails if the collector must not start: no key, a store that cannot be used.
  static Expected<std::unique_ptr<Daemon>> make(const Settings& settings);

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  Daemon(Daemon&&) = delete;
  Daemon& operator=(Daemon&&) = delete;
  ~Daemon();

  Expected<void> run();

private:
  Daemon(const Settings& settings, protocol::SecretKey key, Store store);

  Expected<void> start();
  void connect_parts();
  void connect_lease(Intake::Followers& followers);
  void tell_health();
  void look_regularly();
  void tidy();
  void tidy_regularly();
  void wait_for_signals();
  void feed_watchdog();

  boost::asio::io_context loop_{1};
  boost::asio::signal_set stop_signals_;
  boost::asio::steady_timer watchdog_timer_;
  boost::asio::steady_timer tidy_timer_;
  boost::asio::steady_timer look_timer_;
  runtime::SystemdNotify systemd_;
  Store store_;
  std::chrono::milliseconds keep_events_;
  std::unique_ptr<mqtt::MqttClient> client_;
  Intake intake_;
  Notifier notifier_;
  HistoryWorker history_;
  FleetValues fleet_values_;
  ScheduleRunner schedules_;
  LeaseRunner lease_;
  CareTeller care_;
  LiveBoard board_;
  ServiceNode node_;
  bool web_on_;
  web::WebSettings web_settings_;
  std::unique_ptr<web::Web> web_;  // none: it is off
};

}  // namespace muster::collector
