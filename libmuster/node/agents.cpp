// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/agents.hpp"

#include <utility>

#include "libmuster/ddl/inputs.hpp"

namespace muster::node {
namespace asio = boost::asio;

namespace {

constexpr int aborted = 1;
constexpr int unknown_action = 2;
constexpr int missing_data = 3;
constexpr int invalid_data = 4;

ActionReply refused_inputs(const ddl::InputFault& fault)
{
  const bool missing = fault.kind == ddl::InputFault::Kind::missing;
  return failed(missing ? missing_data : invalid_data, fault.message);
}

}  // namespace

ActionReply failed(int status, std::string message)
{
  ActionReply reply;
  reply.status = status;
  reply.message = std::move(message);
  return reply;
}

void Agents::add(ddl::Document document, std::map<std::string, Action> actions, Stopping stopping)
{
  const std::string name = document.agent.metadata.name;
  agents_.insert_or_assign(name, Agent{std::move(document), std::move(actions), stopping});
}

std::vector<std::string> Agents::names() const
{
  std::vector<std::string> names;
  for (const auto& [name, agent] : agents_) {
    names.push_back(name);
  }
  return names;
}

std::set<std::string> Agents::changing() const
{
  std::set<std::string> changing;
  for (const auto& [name, agent] : agents_) {
    for (const auto& action : agent.document.agent.actions) {
      if (action.changes) {
        changing.insert(name + "." + action.name);
      }
    }
  }
  return changing;
}

const ddl::Document* Agents::document(const std::string& agent) const
{
  const auto found = agents_.find(agent);
  return found == agents_.end() ? nullptr : &found->second.document;
}

Stopping Agents::stopping(const std::string& agent) const
{
  const auto found = agents_.find(agent);
  return found == agents_.end() ? Stopping::any_time : found->second.stopping;
}

tl::expected<Agents::Ready, ActionReply> Agents::prepare(const protocol::Request& request) const
{
  const auto agent = agents_.find(request.agent);
  const auto* described =
      agent == agents_.end() ? nullptr : agent->second.document.agent.find(request.action);
  if (described == nullptr || !agent->second.actions.contains(request.action)) {
    return tl::unexpected{
        failed(unknown_action, "agent " + request.agent + " has no action " + request.action)};
  }
  auto data = ddl::complete_inputs(*described, request.data);
  if (!data) {
    return tl::unexpected{refused_inputs(data.error())};
  }
  return Ready{*described, agent->second.actions.at(request.action), std::move(*data)};
}

std::optional<ActionReply> Agents::refuse(const protocol::Request& request) const
{
  auto ready = prepare(request);
  return ready ? std::nullopt : std::optional{std::move(ready.error())};
}

asio::awaitable<ActionReply> Agents::run(ActionCall call) const
{
  auto ready = prepare(call.request);
  if (!ready) {
    co_return std::move(ready.error());
  }
  call.request.data = std::move(ready->data);
  ActionReply reply = co_await ready->run(std::move(call));
  if (!reply.refused && reply.status <= aborted) {
    ddl::complete_outputs(ready->described, reply.data);
  }
  co_return reply;
}

}  // namespace muster::node
