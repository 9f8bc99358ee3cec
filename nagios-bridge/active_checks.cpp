// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/active_checks.hpp"

#include <chrono>
#include <utility>

namespace muster::bridge {

namespace {

// Nothing of it is worth waiting for: whoever asked has been left already.
constexpr std::chrono::milliseconds goodbye_patience{200};

}  // namespace

ActiveChecks::ActiveChecks(
    const boost::asio::any_io_executor& executor,
    std::unique_ptr<mqtt::MqttClient> client,
    fleet::SessionIdentity identity,
    const std::vector<NagiosWorkerSettings>& workers)
    : client_{std::move(client)}
{
  const auto name = identity.key.caller();
  session_ = std::make_unique<fleet::OpenSession>(executor, *client_, std::move(identity));
  for (const auto& worker : workers) {
    workers_.push_back(std::make_unique<NagiosWorker>(executor, *session_, worker, name));
  }
}

void ActiveChecks::start()
{
  session_->start();
  for (auto& worker : workers_) {
    worker->start();
  }
}

void ActiveChecks::stop()
{
  for (auto& worker : workers_) {
    worker->stop();
  }
  client_->close(goodbye_patience);
}

std::vector<WorkerHealth> ActiveChecks::health() const
{
  std::vector<WorkerHealth> health;
  for (const auto& worker : workers_) {
    health.push_back(worker->health());
  }
  return health;
}

}  // namespace muster::bridge
