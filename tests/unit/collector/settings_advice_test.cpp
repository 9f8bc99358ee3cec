// SPDX-License-Identifier: Apache-2.0
#include "collector/settings_advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

Settings with_schedules(const std::vector<std::chrono::milliseconds>& intervals)
{
  Settings settings;
  for (const auto every : intervals) {
    ScheduleEntry entry;
    entry.name = "s" + std::to_string(settings.schedules.size());
    entry.every = every;
    settings.schedules.push_back(std::move(entry));
  }
  return settings;
}

}  // namespace

TEST(SettingsAdvice, HasNothingToSayWhereOneTurnAtMostIsLeftOut)
{
  EXPECT_THAT(advice_on(with_schedules({})), IsEmpty());
  EXPECT_THAT(advice_on(with_schedules({15s, 1min, 24h})), IsEmpty());
}

TEST(SettingsAdvice, NamesTheSchedulesThatASecondCollectorCannotTakeOverWithinTwoIntervals)
{
  EXPECT_THAT(
      advice_on(with_schedules({1min, 14'999ms, 15s, 1s})),
      ElementsAre(
          "with a second collector: it asks within 15 s after the first one has died, so two turns or more "
          "may be left out of a schedule that asks more often; make `every` 15 s or more where that matters: "
          "s1, s3"));
}

TEST(SettingsAdvice, IsOneSentenceOfHoweverManySchedules)
{
  EXPECT_THAT(
      advice_on(with_schedules(std::vector<std::chrono::milliseconds>(500, 2s))),
      ElementsAre(EndsWith(": s0, s1, s2, s3, s4 and 495 more")));
}

TEST(SettingsAdvice, IsAboutIntervalsShorterThanTheTimesOfTheLease)
{
  EXPECT_EQ(takeover_within, 15s) << "docs/collector.md says so";
  EXPECT_GT(takeover_within, node::Node::will_delay + Lease::settle);
  EXPECT_LT(Lease::lost_after, node::Node::will_delay) << "else two would ask";
}

}  // namespace muster::collector
