// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/schedule/lease_notice.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/node/audit_log.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/node/node.hpp"
#include "libmuster/node/policy_files.hpp"
#include "libmuster/node/trusted_callers.hpp"

namespace muster::collector {

// The collector as operators ask it: a node on the wire under the name of the service, with its own
// connection, so that nobody who asks waits behind the results of a fleet. Who may ask is decided as on every
// node: by trusted keys and policies, which are looked at for changes. Lives on one executor.
class ServiceNode {
public:
  // It is what an operator waits after an edit.
  static constexpr std::chrono::seconds look_at_files_every{2};

  // More often than nodes: another collector counts on it, where a broker has crashed and has sent no will.
  static constexpr std::chrono::seconds announce_every{30};

  struct Options {
    std::string name;  // collector@mon1
    std::filesystem::path trusted_callers;
    std::filesystem::path policies;
    std::filesystem::path audit_log;
    node::AuditMode audit = node::AuditMode::all;
    protocol::Topics topics;
    std::set<std::string> acts{};  // on record as changes are: operator_acts()
  };

  ServiceNode(
      const boost::asio::any_io_executor& executor,
      std::unique_ptr<mqtt::MqttClient> client,
      Options options);

  // To be filled before start().
  [[nodiscard]] node::Agents& agents() { return agents_; }

  // Fails if a policy is wrong: whoever wrote it must not believe that it holds.
  Expected<void> start();

  // Says goodbye. Blocks up to a second.
  void stop();

  // Where requests that come another way than over the broker are put on record, too.
  [[nodiscard]] node::AuditTrail& audit() { return audit_; }

  // What is broken on the collector, told with its presence. `source` is the part that says so.
  void set_health(const std::string& source, const std::vector<std::string>& sentences);

  // What the other collectors of the group are told.
  void announce(const LeaseNotice& notice);

private:
  void use_callers();
  void use_policies();
  void look_again();

  Options options_;
  boost::asio::steady_timer timer_;
  node::TrustedCallers callers_;
  node::PolicyFiles policies_;
  std::optional<node::AuditLog> audit_log_;  // none: audit is off
  node::AuditTrail audit_;
  node::Agents agents_;
  std::unique_ptr<mqtt::MqttClient> client_;
  node::Node node_;
};

}  // namespace muster::collector
