// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/node/agents.hpp"
#include "libmuster/node/node.hpp"
#include "libmuster/runtime/lock_file.hpp"
#include "libmuster/runtime/systemd_notify.hpp"
#include "nagios-bridge/active_checks.hpp"
#include "nagios-bridge/asking/asking_session.hpp"
#include "nagios-bridge/bridge_health.hpp"
#include "nagios-bridge/intake.hpp"
#include "nagios-bridge/nrpe/nrpe_door.hpp"
#include "nagios-bridge/own_check.hpp"
#include "nagios-bridge/queue/queue.hpp"
#include "nagios-bridge/queue_feed.hpp"
#include "nagios-bridge/rates.hpp"
#include "nagios-bridge/settings.hpp"

namespace muster::bridge {

// All parts of the bridge on one thread, run until SIGTERM or SIGINT: the intake fills the queue, each sink
// empties its feed. Its presence is announced on a connection of its own, as the collector's is; nobody may
// ask the bridge for anything.
class Daemon {
public:
  // How often the bridge checks itself, and writes its status.
  static constexpr std::chrono::seconds look_every{5};

  // Fails if the bridge must not start: no key, a queue that cannot be used, another bridge with it.
  static Expected<std::unique_ptr<Daemon>> make(const Settings& settings);

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  Daemon(Daemon&&) = delete;
  Daemon& operator=(Daemon&&) = delete;
  ~Daemon();

  Expected<void> run();

private:
  struct Outlet {
    std::string name;
    std::string kind;
    std::unique_ptr<QueueFeed> feed;
    std::unique_ptr<Sink> sink;  // after its feed: destroyed before it
  };

  Daemon(Settings settings, protocol::SecretKey key, runtime::LockFile lock, std::unique_ptr<Queue> queue);

  Expected<void> make_sinks();
  void make_doors(protocol::SecretKey key);
  void make_active_checks(protocol::SecretKey key);
  Expected<void> start();
  void stop();
  [[nodiscard]] BridgeHealth health();
  void add_sinks_to(BridgeHealth& health);
  void add_doors_to(BridgeHealth& health) const;
  void look();
  void look_regularly();
  void tell_monitors(const OwnCheck::Result& result, Time now);
  void write_files(const BridgeHealth& health);
  void wait_for_signals();
  void wait_for_hangups();
  void feed_watchdog();

  Settings settings_;
  runtime::LockFile lock_;
  boost::asio::io_context loop_{1};
  boost::asio::signal_set stop_signals_;
  boost::asio::signal_set hangups_;
  boost::asio::steady_timer watchdog_timer_;
  boost::asio::steady_timer look_timer_;
  runtime::SystemdNotify systemd_;
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<mqtt::MqttClient> client_;
  Intake intake_;
  node::Agents agents_;
  std::unique_ptr<mqtt::MqttClient> node_client_;
  node::Node node_;
  std::vector<Outlet> outlets_;
  std::unique_ptr<mqtt::MqttClient> asking_client_;  // these three only where NRPE is listened for
  std::unique_ptr<AskingSession> asking_;
  std::vector<std::unique_ptr<NrpeDoor>> doors_;
  std::unique_ptr<ActiveChecks> active_checks_;  // null: nobody asks for any
  OwnCheck own_check_;
  Rates rates_;
  Time started_;
  std::optional<CheckState> told_state_;
  std::optional<std::chrono::steady_clock::time_point> told_at_;
  std::optional<std::chrono::steady_clock::time_point> measured_at_;
  std::string file_trouble_;  // of the files it writes, as logged last
};

}  // namespace muster::bridge
