// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "checkagent/actions/package_actions.hpp"
#include "checkagent/actions/privileged_messages.hpp"
#include "checkagent/actions/puppet_actions.hpp"
#include "checkagent/actions/service_actions.hpp"

namespace muster::checkagent::actions {

// Whether root lets this be asked for. Pure.
bool is_allowed(const std::vector<std::string>& allow, const std::string& agent, const std::string& action);

// All that muster-privileged can do. Must outlive its coroutines. One thread.
class PrivilegedActions {
public:
  struct Options {
    std::vector<std::string> allow{"*"};  // "agent.action", "agent.*" or "*"
    PackageActions::Options package;
    ServiceActions::Options service;
    PuppetActions::Options puppet;
  };

  PrivilegedActions(Options options, const RunProgram& run);

  // Never fails: what is unknown or invalid is told by the outcome's status.
  boost::asio::awaitable<Outcome> perform(PrivilegedRequest request);

private:
  std::vector<std::string> allow_;
  PackageActions package_;
  ServiceActions service_;
  PuppetActions puppet_;
};

}  // namespace muster::checkagent::actions
