// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/turns.hpp"

#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;

constexpr protocol::Time noon{1'700'000'000'000ms};

Turn turn(const std::string& schedule, std::chrono::milliseconds after = 0ms)
{
  return {schedule, noon + after, noon + after + 10s, {}};
}

TEST(Turns, TellWhichScheduleANodeRefuses)
{
  Turns turns;
  turns.asked("id1", turn("disks"));
  turns.asked("id2", turn("load"));
  EXPECT_EQ(turns.refused("id1", "web1"), "disks");
  EXPECT_EQ(turns.refused("id2", "web1"), "load");
  EXPECT_FALSE(turns.refused("id3", "web1")) << "an answer to something else";
}

TEST(Turns, EndWithThoseThatRefused)
{
  Turns turns;
  turns.asked("id1", turn("disks"));
  turns.refused("id1", "web2");
  turns.refused("id1", "web1");
  turns.refused("id1", "web1");
  EXPECT_TRUE(turns.take_ended(noon + 9s).empty());
  const auto ended = turns.take_ended(noon + 10s);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].refused, (std::set<std::string>{"web1", "web2"}));
  EXPECT_FALSE(turns.refused("id1", "web3"));
  EXPECT_TRUE(turns.take_ended(noon + 1h).empty());
}

TEST(Turns, EndInTheOrderInWhichTheyWereAsked)
{
  Turns turns;
  turns.asked("b", turn("disks", 1s));
  turns.asked("a", turn("disks", 2s));
  turns.asked("c", turn("disks"));
  const auto ended = turns.take_ended(noon + 1h);
  ASSERT_EQ(ended.size(), 3U);
  EXPECT_LT(ended[0].sent, ended[1].sent);
  EXPECT_LT(ended[1].sent, ended[2].sent);
}

TEST(Turns, ForgetTheOldestWhenThereAreTooMany)
{
  Turns turns;
  for (std::size_t i = 0; i <= Turns::most; ++i) {
    turns.asked("id" + std::to_string(i), turn("disks", std::chrono::milliseconds{i}));
  }
  EXPECT_FALSE(turns.refused("id0", "web1"));
  EXPECT_TRUE(turns.refused("id1", "web1"));
  turns.forget_all();
  EXPECT_TRUE(turns.take_ended(noon + 1h).empty());
}

}  // namespace
}  // namespace muster::collector
