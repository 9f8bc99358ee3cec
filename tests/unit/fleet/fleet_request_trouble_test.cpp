// SPDX-License-Identifier: Apache-2.0
//
// Nodes and brokers that come and go while the request is under way.
#include <gtest/gtest.h>

#include "tests/unit/fleet/fleet_story.hpp"

namespace muster::test {

using protocol::NodeState;
using protocol::Outcome;
using Strings = std::vector<std::string>;

TEST(FleetRequest, CallsANodeLostWhoseWillCame)
{
  Story story;
  story.retained("a").retained("b").marker().done("b").after(1s).presence("a", NodeState::gone, true);
  EXPECT_LT(story.runs_until(), 12s);
  EXPECT_EQ(story.fates(), (Strings{"a lost", "b done"}));
  EXPECT_EQ(story.account_of("a").note, "connection lost while it worked");
}

TEST(FleetRequest, CallsANodeLostThatStopsWhileItIsAsked)
{
  Story story;
  story.retained("a").marker().presence("a", NodeState::stopped, true);
  story.runs_until();
  EXPECT_EQ(story.fates(), Strings{"a lost"});
  EXPECT_EQ(story.account_of("a").note, "stopped while it worked");
}

TEST(FleetRequest, CallsANodeLostWhoseWillCameBeforeTheMarker)
{
  Story story;
  story.retained("a").presence("a", NodeState::gone, true).marker();
  story.runs_until();
  EXPECT_EQ(story.fates(), Strings{"a lost"});
}

TEST(FleetRequest, TakesTheAnswerOfANodeWhoseWillCame)
{
  Story story;
  story.retained("a").marker().presence("a", NodeState::gone, true).done("a");
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, WaitsAgainForANodeThatComesBackAsItWas)
{
  Story story;
  story.retained("a").marker().presence("a", NodeState::gone, true);
  story.after(1s).presence("a", NodeState::up, true).after(10s);
  EXPECT_FALSE(story.is_over());
  story.done("a");
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, AsksOnlyTheNodeAgainThatCameBack)
{
  Story story;
  story.retained("a").retained("b").marker().after(6s);
  EXPECT_EQ(story.sent(), (Strings{"request", "marker", "request a", "request b"}));
  story.presence("a", NodeState::gone, true).presence("a", NodeState::up, true).after(1ms);
  EXPECT_EQ(story.sent(), Strings{"request a"});
}

TEST(FleetRequest, DoesNotAskANodeForEverThatComesAndGoes)
{
  Story story;
  story.retained("a").marker();
  for (int flap = 0; flap < 100; ++flap) {
    story.presence("a", NodeState::gone, true).presence("a", NodeState::up, true).after(1ms);
  }
  EXPECT_LT(story.sent().size(), 10U);
}

TEST(FleetRequest, DoesNotCountANodeThatCameUpAfterTheRollCall)
{
  Story story;
  story.retained("a").marker().presence("new", NodeState::up, true).done("a");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, StillCallsANodeGoneThatCameUpAfterTheRollCall)
{
  Story story;
  story.retained("a").presence("b", NodeState::gone, false, 1h).marker();
  story.presence("b", NodeState::up, true).done("a");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"a done", "b gone"}));
}

TEST(FleetRequest, CountsANodeThatCameUpLateAndAnsweredNevertheless)
{
  Story story;
  story.retained("a").marker().presence("new", NodeState::up, true).done("new").done("a");
  EXPECT_EQ(story.fates(), (Strings{"a done", "new done"}));
}

TEST(FleetRequest, WaitsForANodeThatCameUpBeforeTheMarker)
{
  Story story;
  story.retained("a").presence("new", NodeState::up, true).marker().done("a");
  EXPECT_FALSE(story.is_over());
}

TEST(FleetRequest, GivesUpAtTheDeadlineWhenNoMarkerComesBack)
{
  Story story;
  story.retained("a").done("a");
  EXPECT_EQ(story.runs_until(), 12s);
  EXPECT_FALSE(story.report().roll_call_complete);
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, CollectsUntilItIsQuietWhenTheBrokerKeepsNoPresences)
{
  Story story;
  story.marker().after(900ms).done("a").after(900ms).done("b");
  EXPECT_FALSE(story.is_over());
  EXPECT_EQ(story.runs_until(), 2800ms);
  EXPECT_FALSE(story.report().roll_call_complete);
  EXPECT_EQ(story.fates(), (Strings{"a done", "b done"}));
}

TEST(FleetRequest, DoesNotTakeALivePresenceForARollCall)
{
  Story story;
  story.presence("a", NodeState::up, true).marker().done("a");
  EXPECT_FALSE(story.is_over());
  EXPECT_EQ(story.runs_until(), 1s);
  EXPECT_FALSE(story.report().roll_call_complete);
}

TEST(FleetRequest, WaitsForRunningNodesOfABrokerThatKeepsNoPresences)
{
  Story story;
  story.marker().answer("a", Outcome::running).after(5s);
  EXPECT_FALSE(story.is_over());
  EXPECT_EQ(story.runs_until(), 12s);
  EXPECT_EQ(story.fates(), Strings{"a late"});
}

TEST(FleetRequest, AsksEverybodyAgainWhenItReconnectsBeforeTheRollIsCalled)
{
  Story story;
  story.retained("a").retained("b").done("b").sent();
  story.after(1s).reconnected();
  EXPECT_EQ(story.sent(), (Strings{"request", "marker", "request a"}));
}

TEST(FleetRequest, AsksTheSilentAgainWhenItReconnects)
{
  Story story;
  story.retained("a").retained("b").marker().done("b").sent();
  story.after(1s).reconnected();
  EXPECT_EQ(story.sent(), Strings{"request a"});
  story.after(5s);
  EXPECT_EQ(story.sent(), Strings{"request a"});
}

TEST(FleetRequest, DoesNotExpectNodesThatItLearnsOfByReconnecting)
{
  Story story;
  story.retained("a").marker().reconnected().retained("a").retained("new").done("a");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, NoticesThatANodeWentWhileItWasDisconnected)
{
  Story story;
  story.retained("a").marker().reconnected().presence("a", NodeState::gone, false, 5s);
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a lost"});
}

TEST(FleetRequest, LeavesALittleTimeToANodeAskedAtTheVeryEnd)
{
  Story story;
  story.retained("a").marker().after(11s);
  const auto sends = story.request().on_reconnected(story.now());
  ASSERT_EQ(sends.size(), 1U);
  EXPECT_EQ(sends[0].wait, 100ms);
}

}  // namespace muster::test
