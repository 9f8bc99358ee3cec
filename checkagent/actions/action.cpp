// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/action.hpp"

#include <algorithm>
#include <utility>

namespace muster::checkagent::actions {

using std::chrono::milliseconds;

milliseconds time_left(const Task& task)
{
  const auto left = task.deadline - std::chrono::steady_clock::now() - time_to_tell;
  return std::max(milliseconds{0}, std::chrono::duration_cast<milliseconds>(left));
}

Outcome failed(int status, std::string message)
{
  Outcome outcome;
  outcome.status = status;
  outcome.message = std::move(message);
  return outcome;
}

Outcome unknown_action(std::string_view agent, std::string_view action)
{
  return failed(
      status_unknown_action, "agent " + std::string{agent} + " has no action " + std::string{action});
}

}  // namespace muster::checkagent::actions
