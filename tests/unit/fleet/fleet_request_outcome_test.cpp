// SPDX-License-Identifier: Apache-2.0
//
// What can become of a node, and when that ends the request.
#include <gtest/gtest.h>

#include "tests/unit/fleet/fleet_story.hpp"

namespace muster::test {

using protocol::NodeState;
using protocol::Outcome;
using protocol::Refusal;
using Strings = std::vector<std::string>;

TEST(FleetRequest, AsksAtOnceAndThenCallsTheRoll)
{
  Story story;
  EXPECT_EQ(story.sent(), (Strings{"request", "marker"}));
  EXPECT_FALSE(story.is_over());
}

TEST(FleetRequest, IsOverAsSoonAsEverybodyHasAnsweredAndTheRollIsCalled)
{
  Story story;
  story.retained("a").retained("b").done("a").done("b");
  EXPECT_FALSE(story.is_over());
  story.marker();
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"a done", "b done"}));
}

TEST(FleetRequest, WaitsForEverybodyWhoIsUp)
{
  Story story;
  story.retained("a").retained("b").marker().after(500ms).done("a");
  EXPECT_FALSE(story.is_over());
  story.after(500ms).done("b");
  EXPECT_TRUE(story.is_over());
}

TEST(FleetRequest, TellsWhoIsGoneAndForHowLongWithoutWaiting)
{
  Story story;
  story.retained("a")
      .presence("b", NodeState::gone, false, 48h)
      .presence("c", NodeState::stopped, false, 60s);
  story.marker().done("a");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"a done", "b gone", "c gone"}));
  EXPECT_EQ(story.account_of("b").last_seen, std::chrono::seconds{48h});
  const auto account = story.report().account;
  EXPECT_EQ(account.known, 3U);
  EXPECT_EQ(account.asked, 1U);
  EXPECT_EQ(account.expected(), 1U);
}

TEST(FleetRequest, TakesAPresenceThatNobodyRenewedForGone)
{
  Story story;
  story.retained("fresh", 15min - 1s).retained("stale", 15min).marker().done("fresh");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"fresh done", "stale gone"}));
}

TEST(FleetRequest, BelievesAnAnswerMoreThanAPresence)
{
  Story story;
  story.presence("a", NodeState::gone, false).retained("b", 1h).marker().done("a").done("b");
  EXPECT_EQ(story.fates(), (Strings{"a done", "b done"}));
}

TEST(FleetRequest, AsksTheSilentAgainOnceHalfWayAndDirectly)
{
  Story story;
  story.retained("a").retained("b").marker().done("a").sent();
  story.after(4999ms);
  EXPECT_TRUE(story.sent().empty());
  story.after(1ms);
  EXPECT_EQ(story.sent(), Strings{"request b"});
  EXPECT_EQ(story.runs_until(), 12s);
  EXPECT_TRUE(story.sent().empty());
}

TEST(FleetRequest, CallsANodeLostThatStaysSilentToTheDeadline)
{
  Story story;
  story.retained("a").marker();
  EXPECT_EQ(story.runs_until(), 12s);
  EXPECT_EQ(story.fates(), Strings{"a lost"});
  EXPECT_EQ(story.account_of("a").note, "silent, also when asked again");
}

TEST(FleetRequest, CallsANodeLateThatIsStillRunningAtTheDeadline)
{
  Story story;
  story.retained("a").marker().after(5s).answer("a", Outcome::running);
  EXPECT_FALSE(story.is_over());
  EXPECT_EQ(story.runs_until(), 12s);
  EXPECT_EQ(story.fates(), Strings{"a late"});
}

TEST(FleetRequest, TakesTheAnswerOfANodeThatWasRunning)
{
  Story story;
  story.retained("a").marker().after(5s).answer("a", Outcome::running).after(1s).done("a");
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), Strings{"a done"});
}

TEST(FleetRequest, WaitsForANodeThatSaysItIsRunningThoughItSeemedGone)
{
  Story story;
  story.presence("a", NodeState::gone, false).retained("b").marker().answer("a", Outcome::running).done("b");
  EXPECT_FALSE(story.is_over());
  story.done("a");
  EXPECT_TRUE(story.is_over());
}

TEST(FleetRequest, KeepsEveryReasonOfARefusal)
{
  for (const auto reason :
       {Refusal::policy,
        Refusal::unknown_key,
        Refusal::bad_signature,
        Refusal::malformed,
        Refusal::clock,
        Refusal::expired,
        Refusal::busy,
        Refusal::restarted,
        Refusal::replayed}) {
    Story story;
    story.retained("a").marker().refused("a", reason);
    EXPECT_TRUE(story.is_over());
    EXPECT_EQ(story.fates(), Strings{"a refused"});
    EXPECT_EQ(story.account_of("a").answer->reason, reason);
  }
}

TEST(FleetRequest, BlamesTheClockForARefusalWhenTheClockIsOff)
{
  const auto reason = [](Refusal said, std::chrono::milliseconds offset) {
    Story story;
    story.retained("a").marker().refused("a", said, offset);
    EXPECT_EQ(story.account_of("a").clock_offset, offset);
    return story.account_of("a").answer->reason;
  };
  EXPECT_EQ(reason(Refusal::expired, 1h), Refusal::clock);
  EXPECT_EQ(reason(Refusal::expired, -1h), Refusal::clock);
  EXPECT_EQ(reason(Refusal::expired, 30s), Refusal::expired);
  EXPECT_EQ(reason(Refusal::clock, 1s), Refusal::clock);
  EXPECT_EQ(reason(Refusal::busy, 1h), Refusal::busy);
}

TEST(FleetRequest, DoesNotExpectThoseThatAreNotMeant)
{
  Story story{with_fact("role", "web")};
  story.retained("a").retained("b").marker().done("a").answer("b", Outcome::not_meant);
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.fates(), (Strings{"a done", "b not_meant"}));
  EXPECT_EQ(story.report().account.asked, 2U);
  EXPECT_EQ(story.report().account.expected(), 1U);
}

TEST(FleetRequest, CountsAndIgnoresASecondAnswer)
{
  Story story;
  story.retained("a").done("a").refused("a", Refusal::busy).done("a").marker();
  EXPECT_EQ(story.fates(), Strings{"a done"});
  EXPECT_EQ(story.report().duplicates, 2U);
}

TEST(FleetRequest, EndsWhenItIsInterruptedWithWhatHasCome)
{
  Story story;
  story.retained("a").retained("b").done("a");
  story.request().on_interrupt();
  EXPECT_TRUE(story.is_over());
  EXPECT_TRUE(story.report().interrupted);
  EXPECT_EQ(story.fates(), (Strings{"a done", "b lost"}));
}

TEST(FleetRequest, SpeaksOfADeadlineOnlyWhenItHasPassed)
{
  Story story;
  story.retained("a").answer("a", Outcome::running).marker();
  story.request().on_interrupt();
  EXPECT_EQ(story.report().nodes.at(0).note, "still running");
}

TEST(FleetRequest, EndsWhenWhoeverAsksHasNoMoreTimeAndThatIsNoInterrupt)
{
  Story story;
  story.retained("a").retained("b").marker().done("a");
  story.request().on_out_of_time();
  EXPECT_TRUE(story.is_over());
  EXPECT_FALSE(story.report().interrupted);
  EXPECT_FALSE(story.report().cut_short);
  EXPECT_EQ(story.fates(), (Strings{"a done", "b lost"}));
}

TEST(FleetRequest, IsCutShortWhenTimeIsOutBeforeItIsKnownWhoIsThere)
{
  Story story;
  story.retained("a").done("a");
  story.request().on_out_of_time();
  EXPECT_TRUE(story.is_over());
  EXPECT_TRUE(story.report().cut_short);
}

TEST(FleetRequest, TellsHowLongEachAnswerTook)
{
  Story story;
  story.retained("a").after(30ms).marker().after(40ms).done("a").after(10ms);
  const auto report = story.report();
  EXPECT_EQ(report.discovery, 30ms);
  EXPECT_EQ(report.nodes[0].round_trip, 70ms);
  EXPECT_EQ(report.total, 80ms);
}

TEST(FleetRequest, KeepsAFewReasonsOfWhatItRejected)
{
  Story story;
  for (int number = 0; number < 1000; ++number) {
    story.request().on_rejected("reason " + std::to_string(number));
  }
  EXPECT_EQ(story.report().rejected, 1000U);
  EXPECT_EQ(story.report().rejections.size(), 10U);
  EXPECT_EQ(story.report().rejections[0], "reason 0");
}

}  // namespace muster::test
