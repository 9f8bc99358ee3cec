// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "collector/state/service_state.hpp"
#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

const Time long_ago = ServiceStory::at(0s);

ServiceStory fresh_story(std::string_view results)
{
  ServiceStory story;
  story.rules.freshness = 10min;
  story.run(results);
  return story;
}

std::vector<Event> look(ServiceStory& story, std::chrono::seconds now, Time listening_since = long_ago)
{
  return take_time(story.service, story.rules, ServiceStory::at(now), listening_since);
}

// Asked every five minutes of the first half hour of each two hours.
Time turn_of_half_hours(Time time)
{
  const auto of_round = (time - ServiceStory::at(0s)) % 2h;
  const auto round = time - of_round;
  const auto turn = of_round - of_round % 5min + 5min;
  return turn < 30min ? round + turn : round + 2h;
}

}  // namespace

TEST(Freshness, TurnsACheckUnknownWhoseResultDidNotCome)
{
  auto story = fresh_story("O");
  EXPECT_EQ(overdue_at(story.service, story.rules, long_ago), ServiceStory::at(11min));
  EXPECT_TRUE(look(story, 11min - 1s).empty());
  const auto events = look(story, 11min);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].from, CheckState::ok);
  EXPECT_EQ(events[0].to, CheckState::unknown);
  EXPECT_TRUE(events[0].hard);
  EXPECT_EQ(events[0].message, "no result since 2024-10-04 00:01:00 UTC");
  EXPECT_TRUE(story.service.stale);
}

TEST(Freshness, IsMissedOnce)
{
  auto story = fresh_story("O");
  EXPECT_EQ(look(story, 11min).size(), 1U);
  EXPECT_TRUE(look(story, 12min).empty());
  EXPECT_TRUE(look(story, 100h).empty());
  EXPECT_FALSE(overdue_at(story.service, story.rules, long_ago));
}

TEST(Freshness, ComesBackWithTheNextResult)
{
  auto story = fresh_story("O");
  look(story, 20min);
  story.clock = 20min;
  EXPECT_EQ(story.run("OC"), "O! C1");
  EXPECT_FALSE(story.service.stale);
}

TEST(Freshness, IsFollowedByAHardProblemIfTheNextResultIsBad)
{
  auto story = fresh_story("O");
  look(story, 20min);
  story.clock = 20min;
  EXPECT_EQ(story.run("CO"), "C3! O!");
}

TEST(Freshness, IsKeptAsALineOfHistoryOfWhatWasUnknownBefore)
{
  auto story = fresh_story("UUU");
  const auto events = look(story, 20min);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].from, CheckState::unknown);
  EXPECT_EQ(events[0].message, "no result since 2024-10-04 00:03:00 UTC");
  EXPECT_FALSE(notifies(events[0]));
}

TEST(Freshness, BeginsAnewWhenTheCollectorListensAgain)
{
  auto story = fresh_story("O");
  const auto restart = ServiceStory::at(24h);
  EXPECT_TRUE(look(story, 24h + 9min, restart).empty());
  const auto events = look(story, 24h + 10min, restart);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].message, "no result since 2024-10-04 00:01:00 UTC");
}

TEST(Freshness, IsNotAskedOfWhatHasNoRuleOrHasNeverGivenAResult)
{
  ServiceStory without_rule;
  without_rule.run("O");
  EXPECT_TRUE(look(without_rule, 1000h).empty());
  auto without_result = fresh_story("");
  EXPECT_TRUE(look(without_result, 1000h).empty());
}

TEST(Freshness, EndsFlappingBecauseWhatIsSilentDoesNotFlap)
{
  auto story = fresh_story("OCOCOCOCOCOCOC");
  ASSERT_TRUE(story.service.flapping.active);
  const auto events = look(story, 1h);
  EXPECT_EQ(ServiceStory::words(events), "flapping_stop+U3!");
  EXPECT_TRUE(notifies(events.back()));
}

// Two turns may be lost.
TEST(Freshness, CountsTheTurnsThatAScheduleHas)
{
  struct Case {
    std::chrono::seconds last_result;
    std::chrono::seconds overdue;
  };

  const std::vector<Case> cases{
      {10min, 10min + 11min},      // 15, 20 and a minute: as ever
      {16min + 30s, 27min + 30s},  // so it is as long as both turns come within `freshness`
      {21min, 2h + 1min},          // 25 and the first of the next round
      {26min, 2h + 6min},          // both in the next round
      {40min, 2h + 6min}};         // asked for by somebody
  for (const auto& [last_result, overdue] : cases) {
    ServiceStory story;
    story.rules.interval = 5min;
    story.rules.freshness = 11min;
    story.rules.turn_after = std::make_shared<const std::function<Time(Time)>>(turn_of_half_hours);
    story.clock = last_result - 1min;
    story.run("O");
    EXPECT_EQ(overdue_at(story.service, story.rules, long_ago), ServiceStory::at(overdue))
        << last_result.count();
    EXPECT_TRUE(look(story, overdue - 1s).empty());
    EXPECT_EQ(look(story, overdue).size(), 1U);
  }
}

TEST(Freshness, CountsTheTurnsFromWhenTheCollectorListens)
{
  auto story = fresh_story("O");
  story.rules.interval = 5min;
  story.rules.turn_after =
      std::make_shared<const std::function<Time(Time)>>([](Time time) { return time + 1h; });
  EXPECT_EQ(overdue_at(story.service, story.rules, ServiceStory::at(30min)), ServiceStory::at(2h + 30min));
}

}  // namespace muster::collector
