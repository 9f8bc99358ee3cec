// SPDX-License-Identifier: Apache-2.0
#include "collector/service_node.hpp"

#include <utility>

namespace muster::collector {

ServiceNode::ServiceNode(
    const boost::asio::any_io_executor& executor, std::unique_ptr<mqtt::MqttClient> client, Options options)
    : options_{std::move(options)},
      timer_{executor},
      callers_{options_.trusted_callers},
      policies_{options_.policies},
      audit_{
          {options_.name, options_.audit, false, options_.acts},
          [this](const std::string& line) { return audit_log_->write(line); }},
      client_{std::move(client)},
      node_{executor, *client_, {options_.name, {}, {lease_fact}, options_.topics, announce_every}, agents_}
{
  if (options_.audit != node::AuditMode::off) {
    audit_log_.emplace(options_.audit_log);
    node_.audit_to(audit_);
  }
}

Expected<void> ServiceNode::start()
{
  if (auto loaded = policies_.load(); !loaded) {
    return loaded;
  }
  use_policies();
  use_callers();
  node_.agents_changed();
  node_.start();
  look_again();
  return {};
}

void ServiceNode::stop()
{
  timer_.cancel();
  node_.stop();
}

void ServiceNode::set_health(const std::string& source, const std::vector<std::string>& sentences)
{
  node_.set_health(source, sentences);
}

void ServiceNode::announce(const LeaseNotice& notice)
{
  node_.set_facts(lease_facts(notice), std::vector<std::string>{});
}

void ServiceNode::use_callers()
{
  node_.trust(callers_.keys());
  node_.set_health("callers", callers_.health());
}

void ServiceNode::use_policies()
{
  node_.use_policies(policies_.policies());
  node_.set_health("policies", policies_.health());
}

void ServiceNode::look_again()
{
  timer_.expires_after(look_at_files_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) {
      return;
    }
    if (callers_.changed_on_disk()) {
      callers_.reload();
      use_callers();
    }
    if (policies_.changed_on_disk()) {
      policies_.reload();
      use_policies();
    }
    if (audit_log_) {
      audit_log_->look();
      const auto& problem = audit_log_->health();
      node_.set_health("audit", problem ? std::vector{*problem} : std::vector<std::string>{});
    }
    look_again();
  });
}

}  // namespace muster::collector
