// SPDX-License-Identifier: Apache-2.0
#include "tests/support/node_on_fake.hpp"

#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace muster::test {
namespace asio = boost::asio;
using node::ActionCall;
using node::ActionReply;
using node::Agents;

namespace {

constexpr const char* test_ddl = R"({"metadata": {"name": "test", "version": "1.0"}, "actions": [
  {"action": "echo", "changes": false, "input": {
    "text": {"type": "string", "optional": true}, "word": {"type": "string", "optional": true},
    "args": {"type": "string", "optional": true}, "number": {"type": "integer", "optional": true}}},
  {"action": "slow", "changes": false},
  {"action": "broken", "changes": false},
  {"action": "busy", "changes": false},
  {"action": "change"}]})";

}  // namespace

void TestAgent::add_to(node::Agents& agents)
{
  std::map<std::string, node::Agents::Action> actions;
  actions["echo"] = [this](node::ActionCall call) -> asio::awaitable<node::ActionReply> {
    ++runs;
    node::ActionReply reply;
    reply.data = call.request.data;
    co_return reply;
  };
  actions["slow"] = [this](node::ActionCall) -> asio::awaitable<node::ActionReply> {
    ++runs;
    co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return node::ActionReply{};
  };
  actions["broken"] = [this](node::ActionCall) -> asio::awaitable<node::ActionReply> {
    ++runs;
    throw std::runtime_error{"out of luck"};
    co_return node::ActionReply{};
  };
  actions["busy"] = [this](node::ActionCall) -> asio::awaitable<node::ActionReply> {
    ++runs;
    node::ActionReply reply;
    reply.refused = protocol::Refusal::busy;
    reply.message = "too much to do";
    co_return reply;
  };
  actions["change"] = [this](node::ActionCall) -> asio::awaitable<node::ActionReply> {
    ++runs;
    co_return node::ActionReply{};
  };
  agents.add(ddl::read_document(test_ddl).value(), std::move(actions));
}

void add_plain_rpcutil(node::Agents& agents)
{
  static const std::string name = "web1";
  static const std::vector<std::string> collectives{"main"};
  static const Facts facts;
  static const Expected<std::vector<std::string>> classes = std::vector<std::string>{};
  static const node::LastRefusals no_refusals;
  static const node::DataFunctions no_functions;
  checkagent::add_rpcutil(agents, no_functions, [] {
    return checkagent::NodePortrait{name, collectives, facts, classes, {}, {}, no_refusals, {}, {}};
  });
}

namespace {

const node::Agents& filled(node::Agents& agents, TestAgent& agent)
{
  agent.add_to(agents);
  add_plain_rpcutil(agents);
  return agents;
}

}  // namespace

NodeOnFake::NodeOnFake(node::Node::Options options)
    : node{loop.get_executor(), client, std::move(options), filled(agents, agent)}
{
  node.trust(alice.trusted());
}

node::Node::Options NodeOnFake::named(const std::string& name)
{
  node::Node::Options options;
  options.name = name;
  options.collectives = {"main", "dmz"};
  options.announce = {"kernel"};
  return options;
}

protocol::Request NodeOnFake::request(const std::string& id, const std::string& action) const
{
  auto request = alice.request(id, wall_clock_now());
  request.agent = "test";
  request.action = action;
  return request;
}

void NodeOnFake::receive(const protocol::Request& request)
{
  client.deliver("muster/1/request/main", alice.seal(request));
  settle(loop);
}

std::vector<protocol::Answer> NodeOnFake::answers() const
{
  std::vector<protocol::Answer> answers;
  for (const auto& message : client.published_on("muster/1/reply/+/+/+")) {
    auto answer = protocol::parse_answer(message.payload);
    EXPECT_TRUE(answer) << answer.error().message << "\n" << message.payload;
    answers.push_back(answer.value_or(protocol::Answer{}));
  }
  return answers;
}

std::vector<protocol::Presence> NodeOnFake::presences() const
{
  std::vector<protocol::Presence> presences;
  for (const auto& message : client.published_on("muster/1/presence/+")) {
    auto presence = protocol::parse_presence(message.payload);
    EXPECT_TRUE(presence) << presence.error().message << "\n" << message.payload;
    presences.push_back(presence.value_or(protocol::Presence{}));
  }
  return presences;
}

}  // namespace muster::test
