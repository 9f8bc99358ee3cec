// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/privileged_actions.hpp"

#include <algorithm>
#include <utility>

namespace muster::checkagent::actions {

namespace asio = boost::asio;

bool is_allowed(const std::vector<std::string>& allow, const std::string& agent, const std::string& action)
{
  return std::any_of(allow.begin(), allow.end(), [&](const std::string& entry) {
    return entry == "*" || entry == agent + ".*" || entry == agent + "." + action;
  });
}

PrivilegedActions::PrivilegedActions(Options options, const RunProgram& run)
    : allow_{std::move(options.allow)},
      package_{options.package, run},
      service_{std::move(options.service), run},
      puppet_{std::move(options.puppet), run}
{}

asio::awaitable<Outcome> PrivilegedActions::perform(PrivilegedRequest request)
{
  if (!is_allowed(allow_, request.agent, request.action)) {
    co_return failed(
        status_aborted,
        request.agent + "." + request.action +
            " is not allowed on this node: key allow in /etc/muster/privileged.yaml");
  }
  Task task{
      std::move(request.action),
      std::move(request.inputs),
      std::chrono::steady_clock::now() + request.deadline};
  if (request.agent == "package") {
    co_return co_await package_.perform(std::move(task));
  }
  if (request.agent == "service") {
    co_return co_await service_.perform(std::move(task));
  }
  if (request.agent == "puppet") {
    co_return co_await puppet_.perform(std::move(task));
  }
  co_return failed(status_unknown_action, "no agent " + request.agent + " acts through muster-privileged");
}

}  // namespace muster::checkagent::actions
