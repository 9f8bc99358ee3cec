// SPDX-License-Identifier: Apache-2.0
#include "collector/state/mass_loss.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

Time at(std::chrono::seconds time)
{
  return Time{std::chrono::hours{24 * 20'000}} + time;
}

Event event_of(EventKind kind, std::string node, std::chrono::seconds time)
{
  Event event;
  event.kind = kind;
  event.node = std::move(node);
  event.time = at(time);
  return event;
}

// Nodes are lost and come back; what people are told is collected.
class MassStory {
public:
  void lose(const std::string& node, MassLoss::Attributes attributes, std::chrono::seconds time)
  {
    add(mass.take(event_of(EventKind::node_gone, node, time), std::move(attributes), at(time)));
  }

  void lose_many(
      int count, const std::string& prefix, const MassLoss::Attributes& attributes, std::chrono::seconds time)
  {
    for (int i = 0; i < count; ++i) {
      lose(prefix + std::to_string(i), attributes, time);
    }
  }

  void happens(
      EventKind kind, const std::string& node, MassLoss::Attributes attributes, std::chrono::seconds time)
  {
    add(mass.take(event_of(kind, node, time), std::move(attributes), at(time)));
  }

  void bring_back(const std::string& node, MassLoss::Attributes attributes, std::chrono::seconds time)
  {
    add(mass.take(event_of(EventKind::node_back, node, time), std::move(attributes), at(time)));
  }

  void look(std::chrono::seconds now, const MassLoss::Fleet& fleet = {})
  {
    add(mass.take_time(at(now), fleet));
  }

  void add(const std::vector<Event>& events)
  {
    for (const auto& event : events) {
      told.push_back(
          std::string{to_string(event.kind)} + " " +
          (event.nodes.empty() ? event.node
                               : std::to_string(event.nodes.size()) + " (" + event.message + ")"));
      last = event;
    }
  }

  using Told = std::vector<std::string>;

  MassLoss mass{MassRules{}};
  Told told;
  Event last;
};

}  // namespace

TEST(MassLoss, TellsOfFewNodesOneByOneWhenTheWindowIsOver)
{
  MassStory story;
  story.lose_many(4, "web", {{"site", "berlin"}}, 0s);
  EXPECT_EQ(story.mass.due(), at(30s));
  story.look(29s);
  EXPECT_TRUE(story.told.empty());
  story.look(30s);
  EXPECT_EQ(
      story.told, (MassStory::Told{"node_gone web0", "node_gone web1", "node_gone web2", "node_gone web3"}));
  EXPECT_FALSE(story.mass.due());
}

TEST(MassLoss, MakesOneEventOfAThousandNodesAndNamesWhatTheyShare)
{
  MassStory story;
  for (int i = 0; i < 1000; ++i) {
    const std::string rack = i % 2 == 0 ? "r1" : "r2";
    story.lose(
        "n" + std::to_string(i), {{"site", "berlin"}, {"broker", "mq1"}, {"rack", rack}}, 1s * (i / 100));
  }
  story.look(60s);
  EXPECT_EQ(
      story.told,
      (MassStory::Told{"nodes_lost 1000 (1000 nodes lost, all of broker=mq1, site=berlin: "
                       "n0, n1, n10, n100, n101 and 995 more)"}));
  EXPECT_EQ(story.last.nodes.size(), 1000U);
  EXPECT_EQ(story.last.time, at(0s));
  EXPECT_TRUE(notifies(story.last));
}

TEST(MassLoss, TellsTwoCausesAndAStrayNodeApart)
{
  MassStory story;
  story.lose_many(6, "a", {{"site", "berlin"}}, 0s);
  story.lose("stray", {{"site", "rome"}}, 1s);
  story.lose_many(7, "b", {{"site", "paris"}}, 2s);
  story.look(60s);
  EXPECT_EQ(
      story.told,
      (MassStory::Told{
          "nodes_lost 6 (6 nodes lost, all of site=berlin: a0, a1, a2, a3, a4 and 1 more)",
          "node_gone stray",
          "nodes_lost 7 (7 nodes lost, all of site=paris: b0, b1, b2, b3, b4 and 2 more)"}));
}

TEST(MassLoss, PrefersTheCauseThatExplainsMost)
{
  MassStory story;
  story.lose_many(5, "a", {{"broker", "mq1"}, {"site", "berlin"}}, 0s);
  story.lose_many(5, "b", {{"broker", "mq1"}, {"site", "paris"}}, 0s);
  story.look(60s);
  ASSERT_EQ(story.told.size(), 1U);
  EXPECT_EQ(story.told[0].substr(0, 57), "nodes_lost 10 (10 nodes lost, all of broker=mq1: a0, a1, ");
}

// The causes of 5 lost nodes at mq1 in Berlin, by who else is there.
TEST(MassLoss, NamesWhatSetsTheLostApartFromTheRest)
{
  struct Case {
    MassLoss::Fleet fleet;
    std::string shared;
  };

  const MassLoss::Value broker{"broker", "mq1"};
  const MassLoss::Value site{"site", "berlin"};
  const std::vector<Case> cases{
      {{20, {{broker, 20}, {site, 5}}}, "all of site=berlin"},
      {{20, {{broker, 5}, {site, 20}}}, "all of broker=mq1"},
      {{20, {{broker, 19}, {site, 5}}}, "all of broker=mq1, site=berlin"},
      {{20, {{broker, 20}, {site, 20}}}, "with nothing known in common"},
      {{5, {{broker, 5}, {site, 5}}}, "all of broker=mq1, site=berlin"}};
  for (const auto& [fleet, shared] : cases) {
    MassStory story;
    story.lose_many(5, "n", {broker, site}, 0s);
    story.look(30s, fleet);
    ASSERT_EQ(story.told.size(), 1U);
    EXPECT_EQ(story.last.message, "5 nodes lost, " + shared + ": n0, n1, n2, n3, n4");
  }
}

TEST(MassLoss, TakesTheNarrowerOfTwoCausesSoThatOnlyItsStragglersAreCountedToIt)
{
  MassStory story;
  const MassLoss::Fleet fleet{100, {{{"broker", "mq1"}, 90}, {{"site", "berlin"}, 6}}};
  story.lose_many(5, "n", {{"broker", "mq1"}, {"site", "berlin"}}, 0s);
  story.look(30s, fleet);
  story.lose("late", {{"broker", "mq1"}, {"site", "berlin"}}, 40s);
  story.lose("other", {{"broker", "mq1"}, {"site", "rome"}}, 40s);
  story.look(70s, fleet);
  ASSERT_EQ(story.told.size(), 3U);
  EXPECT_EQ(story.told[1], "nodes_lost 1 (1 more node lost, all of broker=mq1, site=berlin: late)");
  EXPECT_EQ(story.told[2], "node_gone other");
}

TEST(MassLoss, SaysSoWhenManyNodesShareNothing)
{
  MassStory story;
  for (int i = 0; i < 6; ++i) {
    story.lose("n" + std::to_string(i), {{"site", std::to_string(i)}}, 0s);
  }
  story.look(60s);
  ASSERT_EQ(story.told.size(), 1U);
  EXPECT_EQ(story.last.message, "6 nodes lost, with nothing known in common: n0, n1, n2, n3, n4 and 1 more");
}

TEST(MassLoss, CountsStragglersToTheGroupThatWasTold)
{
  MassStory story;
  story.lose_many(5, "n", {{"site", "berlin"}}, 0s);
  story.look(30s);
  story.lose("late", {{"site", "berlin"}}, 40s);
  story.lose("other", {{"site", "rome"}}, 40s);
  story.look(70s);
  ASSERT_EQ(story.told.size(), 3U);
  EXPECT_EQ(story.told[1], "nodes_lost 1 (1 more node lost, all of site=berlin: late)");
  EXPECT_EQ(story.told[2], "node_gone other");
}

TEST(MassLoss, ForgetsAGroupAfterAWhile)
{
  MassStory story;
  story.lose_many(5, "n", {{"site", "berlin"}}, 0s);
  story.look(30s);
  story.lose("late", {{"site", "berlin"}}, 11min);
  story.look(12min);
  EXPECT_EQ(story.told.back(), "node_gone late");
}

TEST(MassLoss, MakesOneEventOfManyThatComeBack)
{
  MassStory story;
  story.lose_many(5, "n", {{"site", "berlin"}}, 0s);
  story.look(30s);
  for (int i = 0; i < 5; ++i) {
    story.bring_back("n" + std::to_string(i), {{"site", "berlin"}}, 100s);
  }
  story.look(130s);
  ASSERT_EQ(story.told.size(), 2U);
  EXPECT_EQ(story.told[1], "nodes_back 5 (5 nodes back, all of site=berlin: n0, n1, n2, n3, n4)");
}

TEST(MassLoss, SaysOfManyWhatHasHappenedToEach)
{
  struct Case {
    EventKind of_one;
    std::string told;
  };

  const std::vector<Case> cases{
      {EventKind::node_gone, "nodes_lost 5 (5 nodes lost, all of site=berlin: n0, n1, n2, n3, n4)"},
      {EventKind::node_stopped,
       "nodes_stopped 5 (5 nodes stopped in order, all of site=berlin: n0, n1, n2, n3, n4)"},
      {EventKind::node_vanished,
       "nodes_vanished 5 (5 nodes vanished, all of site=berlin: n0, n1, n2, n3, n4)"},
      {EventKind::node_back, "nodes_back 5 (5 nodes back, all of site=berlin: n0, n1, n2, n3, n4)"}};
  for (const auto& [of_one, told] : cases) {
    MassStory story;
    for (int i = 0; i < 5; ++i) {
      story.happens(of_one, "n" + std::to_string(i), {{"site", "berlin"}}, 1s * i);
    }
    EXPECT_TRUE(story.told.empty()) << "they are held";
    story.look(30s);
    EXPECT_EQ(story.told, (MassStory::Told{told}));
    EXPECT_TRUE(notifies(story.last));
    EXPECT_EQ(story.last.time, at(0s));
  }
}

TEST(MassLoss, TellsOfFewOneByOneWhateverHasHappenedToThem)
{
  for (const auto kind :
       {EventKind::node_gone, EventKind::node_stopped, EventKind::node_vanished, EventKind::node_back}) {
    MassStory story;
    for (int i = 0; i < 4; ++i) {
      story.happens(kind, "n" + std::to_string(i), {{"site", "berlin"}}, 0s);
    }
    story.look(30s);
    ASSERT_EQ(story.told.size(), 4U);
    EXPECT_EQ(story.told.back(), std::string{to_string(kind)} + " n3");
  }
}

TEST(MassLoss, MakesTwoEventsOfAnUpgradeOfAThousandNodes)
{
  MassStory story;
  for (int i = 0; i < 1000; ++i) {
    const auto node = "n" + std::to_string(i);
    story.happens(EventKind::node_stopped, node, {{"broker", "mq1"}, {"site", "berlin"}}, 0s);
    story.happens(EventKind::node_back, node, {{"broker", "mq1"}, {"site", "berlin"}}, 3s);
  }
  story.look(30s);
  EXPECT_EQ(
      story.told,
      (MassStory::Told{
          "nodes_stopped 1000 (1000 nodes stopped in order, all of broker=mq1, site=berlin: "
          "n0, n1, n10, n100, n101 and 995 more)",
          "nodes_back 1000 (1000 nodes back, all of broker=mq1, site=berlin: "
          "n0, n1, n10, n100, n101 and 995 more)"}));
}

TEST(MassLoss, KeepsThoseThatStoppedApartFromThoseThatWereLost)
{
  MassStory story;
  story.lose_many(5, "lost", {{"site", "berlin"}}, 1s);
  for (int i = 0; i < 4; ++i) {
    story.happens(EventKind::node_stopped, "off" + std::to_string(i), {{"site", "berlin"}}, 2s);
  }
  story.look(31s);
  ASSERT_EQ(story.told.size(), 5U);
  EXPECT_EQ(
      story.told[0], "nodes_lost 5 (5 nodes lost, all of site=berlin: lost0, lost1, lost2, lost3, lost4)");
  EXPECT_EQ(story.told[1], "node_stopped off0") << "four are few, though they are of the site that was lost";
}

TEST(MassLoss, CountsStragglersOfAnUpgradeToIt)
{
  MassStory story;
  for (int i = 0; i < 5; ++i) {
    story.happens(EventKind::node_stopped, "n" + std::to_string(i), {{"site", "berlin"}}, 0s);
  }
  story.look(30s);
  story.happens(EventKind::node_stopped, "late", {{"site", "berlin"}}, 40s);
  story.happens(EventKind::node_gone, "dead", {{"site", "berlin"}}, 40s);
  story.look(70s);
  ASSERT_EQ(story.told.size(), 3U);
  EXPECT_EQ(story.told[1], "node_gone dead") << "no upgrade does that";
  EXPECT_EQ(story.told[2], "nodes_stopped 1 (1 more node stopped in order, all of site=berlin: late)");
}

TEST(MassLoss, KeepsTheOrderOfWhatFellAndCameBackWithinOneWindow)
{
  MassStory story;
  story.bring_back("a", {}, 0s);
  story.lose("b", {}, 5s);
  story.lose("a", {}, 6s);
  story.bring_back("b", {}, 7s);
  story.look(30s);
  EXPECT_EQ(story.told, (MassStory::Told{"node_back a", "node_gone b", "node_gone a", "node_back b"}));
}

TEST(MassLoss, HoldsNothingThatNobodyIsToldOf)
{
  MassStory story;
  auto silenced = event_of(EventKind::node_gone, "n", 0s);
  silenced.silence.downtime = true;
  story.add(story.mass.take(silenced, {}, at(0s)));
  story.add(story.mass.take(event_of(EventKind::node_new, "m", 0s), {}, at(0s)));
  EXPECT_EQ(story.told, (MassStory::Told{"node_gone n", "node_new m"}));
  EXPECT_TRUE(story.mass.held().empty());
}

TEST(MassLoss, NamesNoMoreCausesThanAnybodyCanLookAfter)
{
  MassStory story;
  for (int site = 0; site < 30; ++site) {
    story.lose_many(5, "s" + std::to_string(site) + "n", {{"site", std::to_string(site)}}, 0s);
  }
  story.look(30s);
  ASSERT_EQ(story.told.size(), MassLoss::most_groups + 1);
  EXPECT_EQ(story.last.nodes.size(), 50U);
}

TEST(MassLoss, CanBeTakenUpAgainAfterAKill)
{
  MassStory before;
  before.lose_many(5, "n", {{"site", "berlin"}}, 0s);
  MassStory after;
  for (const auto& held : before.mass.held()) {
    after.add(after.mass.take(held.event, held.attributes, at(60s)));
  }
  after.look(90s);
  ASSERT_EQ(after.told.size(), 1U);
  EXPECT_EQ(after.last.time, at(0s));
}

}  // namespace muster::collector
