// SPDX-License-Identifier: Apache-2.0
#include "cli/run_schedule.hpp"

#include <gtest/gtest.h>

namespace muster::cli {

namespace {

using namespace std::chrono_literals;
using Seen = RunSchedule::Seen;
using Names = std::vector<std::string>;

const RunSchedule::Time start{};

}  // namespace

TEST(RunSchedule, StartsOnAsManyNodesAsMayRun)
{
  RunSchedule schedule{{"a", "b", "c"}, 2};

  EXPECT_EQ(
      schedule.look({{"a", Seen::idle}, {"b", Seen::idle}, {"c", Seen::idle}}, start), (Names{"a", "b"}));
}

TEST(RunSchedule, CountsRunsThatSomebodyElseStarted)
{
  RunSchedule schedule{{"a", "b", "c"}, 2};

  EXPECT_EQ(schedule.look({{"a", Seen::running}, {"b", Seen::idle}, {"c", Seen::idle}}, start), (Names{"b"}));
}

TEST(RunSchedule, KeepsThePlaceOfARunThatIsNotSeenYet)
{
  RunSchedule schedule{{"a", "b"}, 1};
  schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start);
  schedule.started("a", start);

  EXPECT_EQ(schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start + 29s), Names{});
  EXPECT_EQ(schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start + 30s), (Names{"b"}));
}

TEST(RunSchedule, GivesThePlaceOnWhenARunIsOver)
{
  RunSchedule schedule{{"a", "b"}, 1};
  schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start);
  schedule.started("a", start);

  EXPECT_EQ(schedule.look({{"a", Seen::running}, {"b", Seen::idle}}, start + 2s), Names{});
  EXPECT_EQ(schedule.look({{"a", Seen::idle}, {"b", Seen::idle}}, start + 4s), (Names{"b"}));
}

TEST(RunSchedule, LeavesOutTheDisabledAndThoseThatStaySilent)
{
  RunSchedule schedule{{"a", "b"}, 2};
  for (int i = 0; i < RunSchedule::most_silences; ++i) {
    EXPECT_FALSE(schedule.is_over());
    EXPECT_EQ(schedule.look({{"a", Seen::disabled}}, start), Names{});
  }

  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.left_out(), (std::map<std::string, std::string>{{"a", "disabled"}, {"b", "no answer"}}));
}

TEST(RunSchedule, ForgivesANodeThatIsSilentForAWhile)
{
  RunSchedule schedule{{"a"}, 1};
  schedule.look({}, start);
  schedule.look({}, start);

  EXPECT_EQ(schedule.look({{"a", Seen::idle}}, start), (Names{"a"}));
}

TEST(RunSchedule, IsOverWhenTheLastRunIs)
{
  RunSchedule schedule{{"a"}, 1};
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
  RunSchedule schedule{{"a"}, 1};
  schedule.look({{"a", Seen::idle}}, start);
  schedule.started("a", start);

  schedule.look({}, start + 59min);
  EXPECT_FALSE(schedule.is_over());
  schedule.look({}, start + 60min);
  EXPECT_TRUE(schedule.is_over());
}

TEST(RunSchedule, TellsWhereItCouldNotBeStarted)
{
  RunSchedule schedule{{"a"}, 1};
  schedule.look({{"a", Seen::idle}}, start);
  schedule.failed("a", "refused: policy");

  EXPECT_TRUE(schedule.is_over());
  EXPECT_EQ(schedule.count_started(), 0U);
  EXPECT_EQ(schedule.left_out().at("a"), "refused: policy");
}

}  // namespace muster::cli
