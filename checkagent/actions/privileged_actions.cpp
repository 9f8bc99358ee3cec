// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/privileged_actions.hpp"

#include <utility>

namespace muster::checkagent::actions {

namespace asio = boost::asio;

PrivilegedActions::PrivilegedActions(Options options, const RunProgram& run)
    : package_{options.package, run}, service_{std::move(options.service), run}, puppet_{std::move(options.puppet), run}
{}

asio::awaitable<Outcome> PrivilegedActions::perform(PrivilegedRequest request)
{
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
