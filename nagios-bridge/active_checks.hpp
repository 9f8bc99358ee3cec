// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libmuster/fleet/open_session.hpp"
#include "nagios-bridge/bridge_health.hpp"
#include "nagios-bridge/worker/nagios_worker.hpp"

namespace muster::bridge {

// The checks that monitors ask the bridge for: one session with the fleet, and a worker for each Nagios.
// Lives on one executor.
class ActiveChecks {
public:
  ActiveChecks(
      const boost::asio::any_io_executor& executor,
      std::unique_ptr<mqtt::MqttClient> client,
      fleet::SessionIdentity identity,
      const std::vector<NagiosWorkerSettings>& workers);

  void start();
  void stop();

  [[nodiscard]] std::vector<WorkerHealth> health() const;

private:
  std::unique_ptr<mqtt::MqttClient> client_;
  std::unique_ptr<fleet::OpenSession> session_;
  std::vector<std::unique_ptr<NagiosWorker>> workers_;
};

}  // namespace muster::bridge
