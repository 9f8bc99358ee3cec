// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/intake.hpp"
#include "collector/settings.hpp"
#include "libmuster/runtime/systemd_notify.hpp"

namespace muster::collector {

// All parts of the collector on one thread, run until SIGTERM or SIGINT.
class Daemon {
public:
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

  void wait_for_signals();
  void feed_watchdog();

  boost::asio::io_context loop_{1};
  boost::asio::signal_set stop_signals_;
  boost::asio::steady_timer watchdog_timer_;
  runtime::SystemdNotify systemd_;
  Store store_;
  std::unique_ptr<mqtt::MqttClient> client_;
  Intake intake_;
};

}  // namespace muster::collector
