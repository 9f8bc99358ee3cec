// SPDX-License-Identifier: Apache-2.0
#include "cli/run_schedule.hpp"

#include <gtest/gtest.h>

namespace muster::cli {

namespace {

using namespace std::chrono_literals;
using Seen = RunSchedule::Seen;
using Names = std::vector<std::string>;

const RunSchedule::Time start{};

// Of these nodes, one at a time.
RunSchedule stopping_at(std::size_t most_failures)
{
  RunSchedule::Limits limits{1};
  limits.most_failures = most_failures;
  return {{"a", "b", "c"}, limits};
}

const std::map<std::string, RunSchedule::Sight> all_idle{
    {"a", Seen::idle}, {"b", Seen::idle}, {"c", Seen::idle}};

}  // namespace

TEST(RunSchedule, StartsOnAsManyNodesAsMayRun)
{
  RunSchedule schedule{{"a", "b", "c"}, {2}};

  EXPECT_EQ(
      schedule.look({{"a", Seen::idle}, {"b", Seen::idle}, {"c", Seen::idle}}, start), (Names{"a", "b"}));
}

TEST(RunSchedule, CountsRunsThatSomebodyElseStarted)
{
  RunSchedule schedule{{"a", "b", "c"}, {2}};

  EXPECT_EQ(schedule.look({{"a", Seen::running}, {"b", Seen::idle}, {"c", Seen::idle}}, start), (Names{"b"}));
}

TEST(RunSchedule, KeepsThePlaceOfARunThatIsNotSeenYet)
{
  RunSchedule schedule{{"a", "b"}, {1}};
  schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start);
  schedule.started("a", start);

  EXPECT_EQ(schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start + 29s), Names{});
  EXPECT_EQ(schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start + 30s), (Names{"b"}));
}

TEST(RunSchedule, GivesThePlaceOnWhenARunIsOver)
{
  RunSchedule schedule{{"a", "b"}, {1}};
  schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start);
  schedule.started("a", start);

  EXPECT_EQ(schedule.look({{"a", Seen::running}, {"b", Seen::idle}}, start + 2s), Names{});
  EXPECT_EQ(schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start + 4s), (Names{"b"}));
}

TEST(RunSchedule, LeavesOutTheDisabledAndThoseThatStaySilent)
{
  RunSchedule schedule{{"a", "b"}, {2}};
  for (int i = 0; i < RunSchedule::most_silences; ++i) {
    EXPECT_FALSE(schedule.is_over());
    EXPECT_EQ(schedule.look({{"a", Seen::disabled}}, start), Names{});
  }

  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.left_out(), (std::map<std::string, std::string>{{"a", "disabled"}, {"b", "no answer"}}));
}

TEST(RunSchedule, ForgivesANodeThatIsSilentForAWhile)
{
  RunSchedule schedule{{"a"}, {1}};
  schedule.look({}, start);
  schedule.look({}, start);

  EXPECT_EQ(schedule.look({{"a", Seen::idle}}, start), (Names{"a"}));
}

TEST(RunSchedule, IsOverWhenTheLastRunIs)
{
  RunSchedule schedule{{"a"}, {1}};
  schedule.look({{"a", Seen::idle}}, start);
  schedule.started("a", start);
  schedule.look({{"a", Seen::running}}, start + 2s);
  EXPECT_FALSE(schedule.is_over());

  schedule.look({{"a", Seen::idle}}, start + 4s);

  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.count_started(), 1U);
  EXPECT_TRUE(schedule.left_out().empty());
}

TEST(RunSchedule, DoesNotWaitForeverForANodeThatDiedWhileItRan)
{
  RunSchedule schedule{{"a"}, {1}};
  schedule.look({{"a", Seen::idle}}, start);
  schedule.started("a", start);

  schedule.look({}, start + 59min);
  EXPECT_FALSE(schedule.is_over());
  schedule.look({}, start + 60min);
  EXPECT_TRUE(schedule.is_over());
}

TEST(RunSchedule, TellsWhereItCouldNotBeStarted)
{
  RunSchedule schedule{{"a"}, {1}};
  schedule.look({{"a", Seen::idle}}, start);
  schedule.failed("a", "refused: policy");

  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.count_started(), 0U);
  EXPECT_EQ(schedule.left_out().at("a"), "refused: policy");
}

TEST(RunSchedule, GivesThePlaceOnAtOnceIfItIsToldThatTheVeryRunIsOver)
{
  RunSchedule schedule{{"a", "b"}, {1}};
  schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start);
  schedule.started("a", start);

  EXPECT_EQ(schedule.look({{"a", Seen::over}, {"b", Seen::idle}}, start + 1s), (Names{"b"}));
  EXPECT_TRUE(schedule.ended_badly().empty());
}

TEST(RunSchedule, TellsOfARunThatFailedAndGoesOn)
{
  RunSchedule schedule{{"a", "b"}, {1}};
  schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start);
  schedule.started("a", start);

  const RunSchedule::Sight failed{Seen::failed, "disk full"};
  EXPECT_EQ(schedule.look({{"a", failed}, {"b", Seen::idle}}, start + 1s), (Names{"b"}));
  EXPECT_EQ(schedule.ended_badly(), (std::map<std::string, std::string>{{"a", "disk full"}}));
  EXPECT_TRUE(schedule.left_out().empty());
}

TEST(RunSchedule, StartsNothingMoreOnceTooManyHaveFailed)
{
  auto schedule = stopping_at(1);
  schedule.look(all_idle, start);
  schedule.started("a", start);

  auto sights = all_idle;
  sights.at("a") = {Seen::failed, "disk full"};
  EXPECT_EQ(schedule.look(sights, start + 1s), Names{});
  EXPECT_TRUE(schedule.has_stopped());
  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.waiting(), (Names{"b", "c"}));
}

TEST(RunSchedule, CountsWhatCouldNotBeStartedAsFailed)
{
  auto schedule = stopping_at(2);
  schedule.look(all_idle, start);
  schedule.failed("a", "refused: policy");
  EXPECT_EQ(schedule.look(all_idle, start), (Names{"b"}));
  schedule.failed("b", "refused: policy");

  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.waiting(), (Names{"c"}));
}

TEST(RunSchedule, DoesNotCountADisabledNodeAsFailed)
{
  auto schedule = stopping_at(1);

  EXPECT_EQ(schedule.look({{"a", Seen::disabled}, {"b", Seen::idle}}, start), (Names{"b"}));
}

TEST(RunSchedule, WaitsForWhatRunsWhenItHasStopped)
{
  RunSchedule::Limits limits{2};
  limits.most_failures = 1;
  RunSchedule schedule{{"a", "b", "c"}, limits};
  schedule.look(all_idle, start);
  schedule.started("a", start);
  schedule.started("b", start);

  auto sights = all_idle;
  sights.at("a") = {Seen::failed, "disk full"};
  sights.at("b") = Seen::running;
  schedule.look(sights, start + 1s);
  EXPECT_FALSE(schedule.is_over());

  sights.at("b") = Seen::over;
  schedule.look(sights, start + 2s);
  EXPECT_TRUE(schedule.is_over());
}

TEST(RunSchedule, TakesARunForFailedThatDoesNotEnd)
{
  RunSchedule::Limits limits{1};
  limits.longest_run = 5s;
  RunSchedule schedule{{"a"}, limits};
  schedule.look({{"a", Seen::idle}}, start);
  schedule.started("a", start);

  schedule.look({{"a", Seen::running}}, start + 5s);

  EXPECT_EQ(schedule.ended_badly().at("a"), "it does not end");
}

}  // namespace muster::cli
