// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/safe_place.hpp"

#include <gtest/gtest.h>

#include "nagios-bridge/icinga/retry_pause.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;

constexpr SafePlace::Clock::time_point begin{};

TEST(SafePlace, IsSafeWhenIcingaHasLivedLongEnough)
{
  SafePlace place{6min};
  place.handed_over(7, begin);
  EXPECT_FALSE(place.alive(begin + 5min));
  EXPECT_EQ(place.alive(begin + 6min), 7);
  EXPECT_FALSE(place.alive(begin + 7min)) << "told once";
}

TEST(SafePlace, CountsFromTheLastOfWhatItRemembersTogether)
{
  SafePlace place{6min};
  place.handed_over(1, begin);
  place.handed_over(2, begin + 4s);
  EXPECT_FALSE(place.alive(begin + 6min + 3s)) << "the second came later";
  EXPECT_EQ(place.alive(begin + 6min + 4s), 2);
}

TEST(SafePlace, TellsHowFarAllIsSafe)
{
  SafePlace place{6min};
  for (int i = 0; i < 100; ++i) {
    place.handed_over(i, begin + i * 10s);
  }
  EXPECT_EQ(place.alive(begin + 6min + 500s), 50);
}

TEST(SafePlace, ForgetsWhatTheDeadIcingaTook)
{
  SafePlace place{6min};
  place.handed_over(7, begin);
  place.restarted();
  EXPECT_FALSE(place.alive(begin + 1h));
}

TEST(RetryPause, DoublesUpToTenSecondsAndStartsAnewAfterASuccess)
{
  RetryPause pause;
  EXPECT_EQ(pause.next(), 250ms);
  EXPECT_EQ(pause.next(), 500ms);
  for (int i = 0; i < 10; ++i) {
    pause.next();
  }
  EXPECT_EQ(pause.next(), 10s);
  pause.succeeded();
  EXPECT_EQ(pause.next(), 250ms);
}

}  // namespace
}  // namespace muster::bridge
