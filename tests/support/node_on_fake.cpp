// SPDX-License-Identifier: Apache-2.0
#include "tests/support/node_on_fake.hpp"

#include <stdexcept>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace muster::test {
namespace asio = boost::asio;
using checkagent::ActionCall;
using checkagent::ActionReply;
using checkagent::Agents;

void TestAgent::add_to(Agents& agents)
{
  using Effect = Agents::Effect;
  agents.add("test", "echo", Effect::reads, [this](ActionCall call) -> asio::awaitable<ActionReply> {
    ++runs;
    ActionReply reply;
    reply.data = call.request.data;
    co_return reply;
  });
  agents.add("test", "slow", Effect::reads, [this](ActionCall) -> asio::awaitable<ActionReply> {
    ++runs;
    co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return ActionReply{};
  });
  agents.add("test", "broken", Effect::reads, [this](ActionCall) -> asio::awaitable<ActionReply> {
    ++runs;
    throw std::runtime_error{"out of luck"};
    co_return ActionReply{};
  });
  agents.add("test", "busy", Effect::reads, [this](ActionCall) -> asio::awaitable<ActionReply> {
    ++runs;
    ActionReply reply;
    reply.refused = protocol::Refusal::busy;
    reply.message = "too much to do";
    co_return reply;
  });
  agents.add("test", "change", Effect::changes, [this](ActionCall) -> asio::awaitable<ActionReply> {
    ++runs;
    co_return ActionReply{};
  });
}

namespace {

const Agents& filled(Agents& agents, TestAgent& agent)
{
  agent.add_to(agents);
  checkagent::add_rpcutil(agents);
  return agents;
}

}  // namespace

NodeOnFake::NodeOnFake(checkagent::Node::Options options)
    : node{loop.get_executor(), client, std::move(options), filled(agents, agent)}
{
  node.trust(alice.trusted());
}

checkagent::Node::Options NodeOnFake::named(const std::string& name)
{
  checkagent::Node::Options options;
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
