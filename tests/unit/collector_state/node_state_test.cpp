// SPDX-License-Identifier: Apache-2.0
#include "collector/state/node_state.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

Time at(std::chrono::seconds time)
{
  return Time{std::chrono::hours{24 * 20'000}} + time;
}

std::string words(const std::vector<Event>& events)
{
  std::string text;
  for (const auto& event : events) {
    text += to_string(event.kind);
    text += ": ";
    text += event.message;
  }
  return text;
}

// One node, and a collector that has listened for a long time.
class NodeStory {
public:
  std::string says(Sighting::Says what, std::chrono::seconds published, std::chrono::seconds age = 0s)
  {
    return words(take_sighting(node, rules, {what, at(published), at(published + age)}));
  }

  std::string up(std::chrono::seconds published, std::chrono::seconds age = 0s)
  {
    return says(Sighting::Says::up, published, age);
  }

  std::string stopped(std::chrono::seconds published, std::chrono::seconds age = 0s)
  {
    return says(Sighting::Says::stopped, published, age);
  }

  std::string gone(std::chrono::seconds published, std::chrono::seconds age = 0s)
  {
    return says(Sighting::Says::gone, published, age);
  }

  std::string look(std::chrono::seconds now)
  {
    return words(take_node_time(node, rules, at(now), at(listening_since)));
  }

  NodeState node;
  NodeRules rules;
  std::chrono::seconds listening_since = -24h;
};

}  // namespace

TEST(NodeState, IsNewOnceAndThenJustUp)
{
  NodeStory story;
  EXPECT_EQ(story.up(0s), "node_new: seen for the first time");
  EXPECT_EQ(story.up(5min), "");
  EXPECT_EQ(story.look(6min), "");
  EXPECT_EQ(story.node.status, NodeStatus::up);
  EXPECT_EQ(story.node.since, at(0s));
}

TEST(NodeState, IsGoneThePatienceAfterItsConnectionFell)
{
  NodeStory story;
  story.up(0s);
  EXPECT_EQ(story.gone(60s), "");
  EXPECT_EQ(story.look(89s), "");
  EXPECT_EQ(story.look(90s), "node_gone: its connection fell");
  EXPECT_EQ(story.node.since, at(60s)) << "since it fell, not since it was told";
  EXPECT_EQ(story.look(91s), "");
}

TEST(NodeState, IsNotMissedIfItIsBackWithinThePatience)
{
  NodeStory story;
  story.up(0s);
  story.gone(60s);
  EXPECT_EQ(story.up(65s), "");
  EXPECT_EQ(story.look(10min), "");
}

TEST(NodeState, ComesBack)
{
  NodeStory story;
  story.up(0s);
  story.gone(60s);
  story.look(2min);
  EXPECT_EQ(story.up(2h + 60s), "node_back: gone, away for 2 h");
  EXPECT_EQ(story.node.since, at(2h + 60s));
}

TEST(NodeState, IsGoneWhenItsPresenceIsNotRenewed)
{
  NodeStory story;
  story.up(0s);
  EXPECT_EQ(story.look(15min - 1s), "");
  EXPECT_EQ(story.look(15min), "node_gone: no sign of life since 2024-10-04 00:00:00 UTC");
}

TEST(NodeState, SaysSoWhenItEndsInOrder)
{
  NodeStory story;
  story.up(0s);
  EXPECT_EQ(story.stopped(60s), "node_stopped: it ended in order");
  EXPECT_EQ(story.look(1h), "");
  EXPECT_EQ(story.gone(2h), "");
  EXPECT_EQ(story.look(3h), "") << "what has ended does not fall";
  EXPECT_EQ(story.up(3h), "node_back: stopped, away for 2 h 59 min");
}

TEST(NodeState, HasVanishedAfterAWeek)
{
  NodeStory story;
  story.up(0s);
  story.gone(0s);
  story.look(1h);
  EXPECT_EQ(story.look(7 * 24h - 1s), "");
  EXPECT_EQ(story.look(7 * 24h), "node_vanished: gone, away for 7 d");
  EXPECT_EQ(story.look(8 * 24h), "");
  EXPECT_EQ(story.up(9 * 24h), "node_back: vanished, away for 9 d");
}

TEST(NodeState, OfARetainedPresenceIsToldOnce)
{
  NodeStory story;
  story.up(0s);
  story.stopped(60s);
  EXPECT_EQ(story.stopped(59s, 1h), "");
  story.look(8 * 24h);
  ASSERT_EQ(story.node.status, NodeStatus::vanished);
  EXPECT_EQ(story.stopped(60s, 9 * 24h), "");
  EXPECT_EQ(story.gone(60s, 9 * 24h), "");
  EXPECT_EQ(story.node.status, NodeStatus::vanished);
}

TEST(NodeState, OfAStrangerThatIsNotThereIsNoOutage)
{
  for (const auto says : {Sighting::Says::gone, Sighting::Says::stopped}) {
    NodeStory story;
    EXPECT_EQ(story.says(says, 0s, 1h), "");
    EXPECT_EQ(story.look(1h), "");
    EXPECT_EQ(story.up(2h).substr(0, 9), "node_back");
  }
  NodeStory story;
  EXPECT_EQ(story.up(0s, 20min), "") << "up, but of long ago";
  EXPECT_EQ(story.look(20min), "");
  EXPECT_EQ(story.node.status, NodeStatus::gone);
}

TEST(NodeState, IsNotUpAgainBecauseOfARetainedPresenceFromBetterDays)
{
  NodeStory story;
  story.up(0s);
  story.look(15min);
  ASSERT_EQ(story.node.status, NodeStatus::gone);
  EXPECT_EQ(story.up(1s, 1h), "");
  EXPECT_EQ(story.node.status, NodeStatus::gone);
}

TEST(NodeState, IsNoOutageUntilTheCollectorHasListenedForAWhile)
{
  NodeStory story;
  story.up(0s);
  story.listening_since = 24h;  // it was away for a day
  EXPECT_EQ(story.look(24h), "");
  EXPECT_EQ(story.look(24h + 119s), "");
  EXPECT_EQ(story.up(24h - 4min, 4min), "") << "the retained presence: nothing has happened";
  EXPECT_EQ(story.look(24h + 2min), "");
  EXPECT_EQ(story.look(24h + 11min), "node_gone: no sign of life since 2024-10-04 23:56:00 UTC");
}

TEST(NodeState, IsGoneIfNothingTellsOfItAfterARestart)
{
  NodeStory story;
  story.up(0s);
  story.listening_since = 24h;
  EXPECT_EQ(story.look(24h + 2min), "node_gone: no sign of life since 2024-10-04 00:00:00 UTC");
}

TEST(NodeState, ThatFellWhileTheCollectorWasAwayIsToldLateButWithItsTime)
{
  NodeStory story;
  story.up(0s);
  story.listening_since = 24h;
  EXPECT_EQ(story.gone(20h, 4h), "");
  EXPECT_EQ(story.look(24h + 1min), "");
  EXPECT_EQ(story.look(24h + 2min), "node_gone: its connection fell");
  EXPECT_EQ(story.node.since, at(20h));
}

TEST(NodeState, ThatStoppedBehindTheCollectorsBackIsStoppedAndNotGone)
{
  NodeStory story;
  story.up(0s);
  story.gone(60s);
  story.look(2min);
  EXPECT_EQ(story.stopped(5h, 1h), "node_stopped: it ended in order");
  EXPECT_EQ(story.node.status, NodeStatus::stopped);
}

TEST(NodeState, HasAWordForEachStatusThatReadsBack)
{
  for (const auto status :
       {NodeStatus::unseen, NodeStatus::up, NodeStatus::stopped, NodeStatus::gone, NodeStatus::vanished}) {
    EXPECT_EQ(parse_node_status(to_string(status)), status);
  }
  EXPECT_FALSE(parse_node_status("lost").has_value());
}

}  // namespace muster::collector
