// SPDX-License-Identifier: Apache-2.0
//
// Whom a fleet request is about: by presence, by name, by filter, and who turns up uninvited.
#include <gtest/gtest.h>

#include "tests/unit/fleet/fleet_story.hpp"

namespace muster::test {

using protocol::NodeState;
using protocol::Outcome;
using Strings = std::vector<std::string>;

TEST(FleetRequest, LeavesOutNodesOfOtherCollectives)
{
  Story story;
  story.retained("a").presence("b", NodeState::up, false, 60s, "other").marker().done("a");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, LeavesOutNodesThatPresenceAloneRulesOut)
{
  Story story{with_fact("kernel", "linux")};
  auto linux = Story::presence_of("a", NodeState::up);
  linux.facts.set("kernel", FactValue{std::string{"Linux"}});
  auto other = Story::presence_of("b", NodeState::up);
  other.facts.set("kernel", FactValue{std::string{"FreeBSD"}});
  story.presence(linux, false).presence(other, false).retained("does-not-say").marker().done("a");
  EXPECT_FALSE(story.is_over());
  story.answer("does-not-say", Outcome::not_meant);
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"a done", "does-not-say not_meant"}));
}

TEST(FleetRequest, TakesServicesForNoNodes)
{
  Story story;
  story.retained("a").retained("collector@mon1").marker().done("a").done("bridge@mon1");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a done"});
  EXPECT_EQ(story.report().rejected, 1U);
}

TEST(FleetRequest, CountsAnAnswerOfANodeThatNoPresenceTellsOf)
{
  Story story;
  story.retained("a").marker().done("a").done("stranger");
  EXPECT_EQ(story.fates(), (Strings{"a done", "stranger done"}));
  EXPECT_EQ(story.report().account.known, 2U);
}

TEST(FleetRequest, CountsAnAnswerOfANodeThatSeemedToBeElsewhere)
{
  Story story;
  story.presence("b", NodeState::up, false, 60s, "other").marker().done("b");
  EXPECT_EQ(story.fates(), Strings{"b done"});
}

TEST(FleetRequest, AsksNamedNodesDirectly)
{
  Story story{to_nodes({"b", "a", "b"})};
  EXPECT_EQ(story.sent(), (Strings{"request a", "request b", "marker"}));
  story.retained("a").retained("b").retained("c").marker().done("a").done("b");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"a done", "b done"}));
}

TEST(FleetRequest, RejectsTheAnswerOfANodeThatWasNotNamed)
{
  Story story{to_nodes({"a"})};
  story.retained("a").marker().done("stranger").done("a");
  EXPECT_EQ(story.fates(), Strings{"a done"});
  EXPECT_EQ(story.report().rejected, 1U);
}

TEST(FleetRequest, DoesNotWaitToTheEndForANameThatNobodyKnows)
{
  Story story{to_nodes({"typo"})};
  story.marker();
  EXPECT_EQ(story.runs_until(), 2s);
  EXPECT_EQ(story.fates(), Strings{"typo lost"});
  EXPECT_EQ(story.account_of("typo").note, "never seen");
}

TEST(FleetRequest, AsksAnUnknownNameAgainSoonAndWaitsIfItIsAtWork)
{
  Story story{to_nodes({"hidden"})};
  story.marker().sent();
  story.after(1s);
  EXPECT_EQ(story.sent(), Strings{"request hidden"});
  story.answer("hidden", Outcome::running).after(5s);
  EXPECT_FALSE(story.is_over());
  story.done("hidden");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"hidden done"});
}

TEST(FleetRequest, TellsOfANamedNodeThatIsGoneWithoutWaiting)
{
  Story story{to_nodes({"a"})};
  story.presence("a", NodeState::gone, false, 1h).marker();
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a gone"});
}

TEST(FleetRequest, WaitsForANamedNodeThatComesUpMeanwhile)
{
  Story story{to_nodes({"a", "b"})};
  story.presence("a", NodeState::gone, false, 1h).retained("b").marker();
  story.presence("a", NodeState::up, true).done("b");
  EXPECT_FALSE(story.is_over());
  story.done("a");
  EXPECT_TRUE(story.is_over());
}

TEST(FleetRequest, KeepsNamedNodesThatTheFilterRulesOut)
{
  auto question = with_fact("kernel", "linux");
  question.nodes = {"a"};
  Story story{question};
  auto other = Story::presence_of("a", NodeState::up);
  other.facts.set("kernel", FactValue{std::string{"FreeBSD"}});
  story.presence(other, false).marker();
  EXPECT_FALSE(story.is_over());
  story.answer("a", Outcome::not_meant);
  EXPECT_EQ(story.fates(), Strings{"a not_meant"});
}

TEST(FleetRequest, AsksNobodyWhenPresenceIsTheAnswer)
{
  fleet::Question question;
  question.roll_call_only = true;
  Story story{question};
  EXPECT_EQ(story.sent(), Strings{"marker"});
  story.retained("a");
  EXPECT_FALSE(story.is_over());
  story.marker();
  EXPECT_TRUE(story.is_over());
  EXPECT_TRUE(story.report().roll_call_complete);
}

TEST(FleetRequest, FindsTheServicesThatAreThereAndNoNodes)
{
  fleet::Question question;
  question.roll_call_only = true;
  question.services = true;
  question.collective.clear();
  Story story{question};
  story.retained("a").retained("collector@mon1").retained("nagios-bridge@mon1").marker();
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.report().nodes.size(), 2U);
  EXPECT_EQ(story.report().nodes.front().name, "collector@mon1");
}

TEST(FleetRequest, AsksAServiceThatIsNamed)
{
  Story story{to_nodes({"collector@mon1"})};
  story.retained("collector@mon1").marker().done("collector@mon1");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"collector@mon1 done"});
}

TEST(FleetRequest, ForgetsANodeThatTheOperatorForgets)
{
  Story story;
  story.retained("a").retained("b").marker().done("a").forgotten("b").forgotten("never-known");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, KeepsAForgottenNodeThatAnsweredOrWasNamed)
{
  Story story;
  story.retained("a").marker().done("a").forgotten("a");
  EXPECT_EQ(story.fates(), Strings{"a done"});
  Story named{to_nodes({"a"})};
  named.retained("a").marker().forgotten("a");
  EXPECT_EQ(named.fates(), Strings{"a lost"});
}

TEST(FleetRequest, ForgetsAnUnfinishedNodeWithoutLosingCount)
{
  Story story;
  story.marker().answer("a", Outcome::running).forgotten("a");
  EXPECT_TRUE(story.fates().empty());
  EXPECT_EQ(story.runs_until(), 1s);
}

}  // namespace muster::test
