// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/agents.hpp"

#include <gtest/gtest.h>

#include "tests/support/coroutine_result.hpp"

namespace muster::node {
namespace {

Agents::Action says(const std::string& text)
{
  return [text](ActionCall) -> boost::asio::awaitable<ActionReply> {
    ActionReply reply;
    reply.message = text;
    co_return reply;
  };
}

// A DDL with actions of these names, which take a number if anything.
ddl::Document described(
    const std::string& agent, const std::vector<std::string>& actions, bool changes = false)
{
  std::string text = R"({"metadata": {"name": ")" + agent + R"("}, "actions": [)";
  for (const auto& action : actions) {
    text += text.ends_with('[') ? "" : ",";
    text += R"({"action": ")" + action + R"(", "changes": )" + (changes ? "true" : "false") +
            R"(, "input": {"number": {"type": "integer", "default": 7}},
                "output": {"colour": {"display_as": "Colour", "default": "grey"}}})";
  }
  return ddl::read_document(text + "]}").value();
}

ActionReply reply_of(
    const Agents& agents,
    const std::string& agent,
    const std::string& action,
    protocol::json::object data = {})
{
  ActionCall call;
  call.request.data = std::move(data);
  call.request.agent = agent;
  call.request.action = action;
  return test::result_of(agents.run(std::move(call)));
}

TEST(Agents, RunTheActionThatIsNamed)
{
  Agents agents;
  agents.add(described("a", {"one", "two"}), {{"one", says("one of a")}, {"two", says("two of a")}});
  agents.add(described("b", {"one"}), {{"one", says("one of b")}});
  EXPECT_EQ(reply_of(agents, "a", "one").message, "one of a");
  EXPECT_EQ(reply_of(agents, "a", "two").message, "two of a");
  EXPECT_EQ(reply_of(agents, "b", "one").message, "one of b");
}

TEST(Agents, AnswerAnUnknownActionWithStatusTwo)
{
  Agents agents;
  agents.add(described("a", {"one", "described"}), {{"one", says("")}, {"undescribed", says("")}});
  for (const auto& [agent, action] :
       {std::pair{"a", "two"},
        std::pair{"c", "one"},
        std::pair{"", ""},
        std::pair{"a", ""},
        std::pair{"a", "described"},
        std::pair{"a", "undescribed"}}) {
    const auto reply = reply_of(agents, agent, action);
    EXPECT_EQ(reply.status, 2);
    EXPECT_FALSE(reply.refused);
    EXPECT_NE(reply.message.find(action), std::string::npos);
  }
}

TEST(Agents, RefuseDataThatBreakTheDdlBeforeAnythingRuns)
{
  Agents agents;
  agents.add(described("a", {"one"}), {{"one", says("ran")}});
  const auto wrong_type = reply_of(agents, "a", "one", {{"number", "seven"}});
  EXPECT_EQ(wrong_type.status, 4);
  EXPECT_NE(wrong_type.message.find("number"), std::string::npos);
  EXPECT_EQ(reply_of(agents, "a", "one", {{"bogus", 1}}).status, 4);
}

TEST(Agents, FillInTheDefaultsOfInputsAndOutputs)
{
  Agents agents;
  std::int64_t seen = 0;
  const auto look = [&seen](ActionCall call) -> boost::asio::awaitable<ActionReply> {
    seen = call.request.data.at("number").as_int64();
    co_return ActionReply{};
  };
  agents.add(described("a", {"one"}), {{"one", look}});
  const auto reply = reply_of(agents, "a", "one");
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(reply.data.at("colour").as_string(), "grey");
}

TEST(Agents, TellTheirNamesInOrder)
{
  Agents agents;
  EXPECT_TRUE(agents.names().empty());
  agents.add(described("rpcutil", {"ping"}), {});
  agents.add(described("nrpe", {"runcommand"}), {});
  EXPECT_EQ(agents.names(), (std::vector<std::string>{"nrpe", "rpcutil"}));
  agents.remove("rpcutil");
  EXPECT_EQ(agents.names(), std::vector<std::string>{"nrpe"});
}

TEST(Agents, TellWhichActionsChangeTheNode)
{
  Agents agents;
  agents.add(described("service", {"restart"}, true), {});
  agents.add(described("nrpe", {"runcommand"}), {});
  EXPECT_EQ(agents.changing(), std::set<std::string>{"service.restart"});
}

TEST(Agents, TakeTheLastDescriptionOfAnAgent)
{
  Agents agents;
  agents.add(described("a", {"one"}), {{"one", says("old")}});
  agents.add(described("a", {"two"}), {{"two", says("new")}});
  EXPECT_EQ(reply_of(agents, "a", "one").status, 2);
  EXPECT_EQ(reply_of(agents, "a", "two").message, "new");
}

}  // namespace
}  // namespace muster::node
