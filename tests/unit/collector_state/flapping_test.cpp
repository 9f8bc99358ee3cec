// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "collector/state/service_state.hpp"
#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

namespace {

FlappingState with_changes_at(const std::vector<unsigned>& ages)
{
  FlappingState flapping;
  for (const auto age : ages) {
    flapping.changes |= 1U << age;
  }
  return flapping;
}

}  // namespace

TEST(Flapping, WeighsTheOldestOfTwentyResultsLeast)
{
  EXPECT_DOUBLE_EQ(with_changes_at({}).percent(), 0);
  EXPECT_DOUBLE_EQ(with_changes_at({19}).percent(), 4.0);
  EXPECT_DOUBLE_EQ(with_changes_at({0}).percent(), 5.9);
  FlappingState all;
  all.changes = 0xFFFFF;
  EXPECT_DOUBLE_EQ(all.percent(), 99);
}

// Icinga 2, doc/08-advanced-topics.md: 0.84 + 0.86 + 0.88 + 0.9 + 0.98 + 1.06 + 1.12 + 1.18 are 39.1 %.
TEST(Flapping, GivesWhatIcingasExampleGives)
{
  EXPECT_NEAR(with_changes_at({17, 16, 15, 14, 10, 6, 3, 0}).percent(), 39.1, 0.01);
}

TEST(Flapping, BeginsAboveTheHighThreshold)
{
  ServiceStory story;
  story.rules.max_attempts = 1;
  EXPECT_EQ(story.run("OCOCOC"), "- C1! O! C1! O! C1!");
  EXPECT_NEAR(story.service.flapping.percent(), 28.5, 0.01);
  EXPECT_EQ(story.run("O"), "flapping_start+O!");
  EXPECT_EQ(story.service.flapping.since, ServiceStory::at(story.clock));
}

TEST(Flapping, SilencesStatesUntilItEnds)
{
  ServiceStory story;
  story.rules.max_attempts = 1;
  story.run("OCOCOCO");
  const auto events = take_result(
      story.service,
      story.rules,
      ServiceStory::result(CheckState::critical, story.clock + std::chrono::minutes{1}));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].silence.flapping);
  EXPECT_FALSE(notifies(events[0]));
}

TEST(Flapping, EndsAtTheLowThresholdAndNotBefore)
{
  ServiceStory story;
  story.run("OCOCOCO");
  int results = 0;
  while (story.service.flapping.active && results < FlappingState::results) {
    ++results;
    const auto told = story.run("O");
    EXPECT_EQ(told, story.service.flapping.active ? "-" : "flapping_stop");
    EXPECT_EQ(story.service.flapping.active, story.service.flapping.percent() > 25);
  }
  EXPECT_GT(results, 1);
  EXPECT_LT(results, FlappingState::results);
}

TEST(Flapping, TakesItsThresholdsFromTheRules)
{
  ServiceStory story;
  story.rules.flapping.high = 5;
  story.rules.flapping.low = 1;
  EXPECT_EQ(story.run("OC"), "- flapping_start+C1");
}

TEST(Flapping, CountsChangesBetweenProblemsToo)
{
  ServiceStory story;
  story.run("WCWCWCW");
  EXPECT_TRUE(story.service.flapping.active);
}

TEST(Flapping, EndsWithTheNextResultWhenItIsSwitchedOff)
{
  ServiceStory story;
  story.run("OCOCOCO");
  story.rules.flapping.enabled = false;
  EXPECT_EQ(story.run("C"), "flapping_stop+C1");
}

TEST(Flapping, ForgetsWhatIsOlderThanTwentyResults)
{
  ServiceStory story;
  story.run("OCOCOCO");
  story.run("OOOOOOOOOOOOOOOOOOOO");
  EXPECT_EQ(story.service.flapping.changes, 0U);
}

}  // namespace muster::collector
