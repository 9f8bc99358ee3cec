// SPDX-License-Identifier: Apache-2.0
#include "checkagent/agents.hpp"

#include <utility>

namespace muster::checkagent {
namespace asio = boost::asio;

namespace {

asio::awaitable<ActionReply> ping(ActionCall /*call*/)
{
  ActionReply reply;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  reply.data["pong"] = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  co_return reply;
}

}  // namespace

void Agents::add(const std::string& agent, const std::string& action, Effect effect, Action run)
{
  actions_[agent][action] = std::move(run);
  if (effect == Effect::changes) {
    changing_.insert(agent + "." + action);
  }
}

std::vector<std::string> Agents::names() const
{
  std::vector<std::string> names;
  for (const auto& [name, actions] : actions_) {
    names.push_back(name);
  }
  return names;
}

std::set<std::string> Agents::changing() const
{
  return changing_;
}

asio::awaitable<ActionReply> Agents::run(ActionCall call) const
{
  const auto agent = actions_.find(call.request.agent);
  if (agent != actions_.end()) {
    const auto action = agent->second.find(call.request.action);
    if (action != agent->second.end()) {
      co_return co_await action->second(std::move(call));
    }
  }
  ActionReply reply;
  reply.status = 2;
  reply.message = "agent " + call.request.agent + " has no action " + call.request.action;
  co_return reply;
}

void add_rpcutil(Agents& agents)
{
  agents.add("rpcutil", "ping", Agents::Effect::reads, ping);
}

}  // namespace muster::checkagent
