// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "checkagent/check_loading.hpp"
#include "checkagent/classes_file.hpp"
#include "checkagent/external_agents.hpp"
#include "checkagent/facts_worker.hpp"
#include "checkagent/flight_recorder.hpp"
#include "checkagent/node_lock.hpp"
#include "checkagent/nrpe_agent.hpp"
#include "checkagent/nrpe_listener.hpp"
#include "checkagent/rpcutil_agent.hpp"
#include "checkagent/run_queue.hpp"
#include "checkagent/settings.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/node/audit_log.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/node/jobs.hpp"
#include "libmuster/node/node.hpp"
#include "libmuster/node/policy_files.hpp"
#include "libmuster/node/trusted_callers.hpp"
#include "libmuster/runtime/file_stamp.hpp"
#include "libmuster/runtime/systemd_notify.hpp"

namespace muster::checkagent {

// All parts of checkagent on one thread: made in the order in which they need each other, fed with what
// changes on disk, run until SIGTERM or SIGINT.
class Daemon {
public:
  // Files are looked at this often: it is what an operator waits after an edit, and half a wakeup a second.
  static constexpr std::chrono::seconds look_at_files_every{2};
  static constexpr std::chrono::minutes gather_facts_every{5};

  // Fails if checkagent must not start: plugins could not run as nrpe_user, the state folder is in use.
  static Expected<std::unique_ptr<Daemon>> make(Settings settings);

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  Daemon(Daemon&&) = delete;
  Daemon& operator=(Daemon&&) = delete;
  ~Daemon();

  void run();

private:
  Daemon(Settings settings, NodeLock lock, FlightRecorder recorder);

  Expected<void> load_checks();
  void add_agents();
  [[nodiscard]] NodePortrait portrait() const;
  void load_callers();
  Expected<void> load_policies();
  void use_policies();
  void tell_audit_health();
  void look_at_listener();
  void gather_facts();
  void use_facts(GatheredFacts gathered);
  void on_result(const CheckResult& result);
  void tell_recorder_health();
  void tell_job_health();
  void look_at_files();
  void watch_files();
  void wait_for_signals();
  void wait_for_reload();
  void reload_everything();
  void feed_watchdog();
  [[nodiscard]] std::vector<runtime::FileStamp> facts_stamps() const;

  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  Settings settings_;
  NodeLock lock_;
  RunQueue queue_;  // before the loop: requests that wait in it leave it when the loop destroys them
  boost::asio::io_context loop_{1};
  boost::asio::signal_set stop_signals_;
  boost::asio::signal_set reload_signals_;
  boost::asio::steady_timer files_timer_;
  boost::asio::steady_timer watchdog_timer_;
  runtime::SystemdNotify systemd_;
  CheckLoading checks_;
  node::TrustedCallers callers_;
  node::PolicyFiles policies_;
  std::optional<node::AuditLog> audit_log_;  // none: audit is off
  node::AuditTrail audit_;
  FlightRecorder recorder_;
  NrpeAgent nrpe_;
  node::Agents agents_;
  node::Jobs jobs_;
  node::DataFunctions functions_;
  std::unique_ptr<mqtt::MqttClient> client_;
  node::Node node_;
  std::unique_ptr<NrpeListener> listener_;  // none: off
  ExternalAgents external_;
  FactsWorker facts_;
  KnownClasses classes_;
  std::vector<runtime::FileStamp> facts_stamps_;
  std::chrono::steady_clock::time_point facts_gathered_{};
  bool node_started_ = false;
};

}  // namespace muster::checkagent
