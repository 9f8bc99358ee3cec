// SPDX-License-Identifier: Apache-2.0
#include "collector/history/result_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using testing::ElementsAre;

QueuedResult result(const std::string& node, const std::string& check, int time, std::size_t readings = 1)
{
  CheckReadings read{
      std::chrono::sys_seconds{std::chrono::seconds{time}}, {}, std::vector<Reading>(readings)};
  return {node, check, std::move(read), 0};
}

std::vector<int> times(const ResultGroup& group)
{
  std::vector<int> found;
  for (const auto& one : group.results) {
    found.push_back(static_cast<int>(one.time.time_since_epoch().count()));
  }
  return found;
}

}  // namespace

TEST(ResultQueue, GroupsResultsByFileInTheOrderOfTime)
{
  ResultQueue queue;
  queue.push(result("a", "bc", 1));
  queue.push(result("ab", "c", 2));
  queue.push(result("a", "bc", 3));
  const auto groups = queue.take_groups();
  ASSERT_EQ(groups.size(), 2);
  EXPECT_EQ(groups[0].node, "a");
  EXPECT_THAT(times(groups[0]), ElementsAre(1, 3));
  EXPECT_EQ(groups[1].check, "c");
  EXPECT_EQ(queue.results(), 0);
}

TEST(ResultQueue, PutsBackWhatWasTakenBeforeWhatCameSince)
{
  ResultQueue queue;
  queue.push(result("a", "b", 1));
  auto groups = queue.take_groups();
  groups[0].attempts = 2;
  queue.push(result("a", "b", 2));
  EXPECT_EQ(queue.give_back(std::move(groups)), 0);
  const auto again = queue.take_groups();
  ASSERT_EQ(again.size(), 1);
  EXPECT_THAT(times(again[0]), ElementsAre(1, 2));
  EXPECT_EQ(again[0].attempts, 2);
}

TEST(ResultQueue, LetsTheOldestGoWhenItIsFull)
{
  ResultQueue queue{10};
  EXPECT_EQ(queue.push(result("a", "b", 1, 4)), 0);
  EXPECT_FALSE(queue.more_than_half_full());
  EXPECT_EQ(queue.push(result("a", "b", 2, 4)), 0);
  EXPECT_TRUE(queue.more_than_half_full());
  EXPECT_EQ(queue.push(result("a", "b", 3, 8)), 2);
  EXPECT_EQ(queue.results(), 1);
  auto groups = queue.take_groups();
  EXPECT_THAT(times(groups[0]), ElementsAre(3));
  queue.push(result("a", "b", 4, 4));
  EXPECT_EQ(queue.give_back(std::move(groups)), 1);
  EXPECT_THAT(times(queue.take_groups()[0]), ElementsAre(4));
}

}  // namespace muster::collector
