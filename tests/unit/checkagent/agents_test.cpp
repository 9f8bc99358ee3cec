// SPDX-License-Identifier: Apache-2.0
#include "checkagent/agents.hpp"

#include <gtest/gtest.h>

#include "tests/unit/checkagent/coroutine_result.hpp"

namespace muster::checkagent {
namespace {

Agents::Action says(const std::string& text)
{
  return [text](ActionCall) -> boost::asio::awaitable<ActionReply> {
    ActionReply reply;
    reply.message = text;
    co_return reply;
  };
}

ActionReply reply_of(const Agents& agents, const std::string& agent, const std::string& action)
{
  ActionCall call;
  call.request.agent = agent;
  call.request.action = action;
  return result_of(agents.run(std::move(call)));
}

TEST(Agents, RunTheActionThatIsNamed)
{
  Agents agents;
  agents.add("a", "one", Agents::Effect::reads, says("one of a"));
  agents.add("a", "two", Agents::Effect::reads, says("two of a"));
  agents.add("b", "one", Agents::Effect::reads, says("one of b"));
  EXPECT_EQ(reply_of(agents, "a", "one").message, "one of a");
  EXPECT_EQ(reply_of(agents, "a", "two").message, "two of a");
  EXPECT_EQ(reply_of(agents, "b", "one").message, "one of b");
}

TEST(Agents, AnswerAnUnknownActionWithStatusTwo)
{
  Agents agents;
  agents.add("a", "one", Agents::Effect::reads, says(""));
  for (const auto& [agent, action] :
       {std::pair{"a", "two"}, std::pair{"c", "one"}, std::pair{"", ""}, std::pair{"a", ""}}) {
    const auto reply = reply_of(agents, agent, action);
    EXPECT_EQ(reply.status, 2);
    EXPECT_FALSE(reply.refused);
    EXPECT_NE(reply.message.find(action), std::string::npos);
  }
}

TEST(Agents, TellTheirNamesInOrder)
{
  Agents agents;
  EXPECT_TRUE(agents.names().empty());
  agents.add("rpcutil", "ping", Agents::Effect::reads, says(""));
  agents.add("nrpe", "runcommand", Agents::Effect::reads, says(""));
  agents.add("nrpe", "runallcommands", Agents::Effect::reads, says(""));
  EXPECT_EQ(agents.names(), (std::vector<std::string>{"nrpe", "rpcutil"}));
}

TEST(Agents, TellWhichActionsChangeTheNode)
{
  Agents agents;
  agents.add("service", "status", Agents::Effect::reads, says(""));
  agents.add("service", "restart", Agents::Effect::changes, says(""));
  EXPECT_EQ(agents.changing(), std::set<std::string>{"service.restart"});
}

TEST(Agents, PingAnswersWithTheTime)
{
  Agents agents;
  add_rpcutil(agents);
  const auto reply = reply_of(agents, "rpcutil", "ping");
  EXPECT_EQ(reply.status, 0);
  ASSERT_TRUE(reply.data.contains("pong"));
  EXPECT_GT(reply.data.at("pong").as_int64(), 1'700'000'000);
  EXPECT_TRUE(agents.changing().empty());
}

}  // namespace
}  // namespace muster::checkagent
