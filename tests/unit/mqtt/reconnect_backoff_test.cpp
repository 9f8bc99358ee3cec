// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/reconnect_backoff.hpp"

#include <gtest/gtest.h>

namespace muster::mqtt {

using namespace std::chrono_literals;

namespace {

constexpr double nearly_one = 0.999'999;
constexpr auto steady = ReconnectBackoff::steady_session;

// The window that a pause was taken from.
std::chrono::milliseconds window_of(std::chrono::milliseconds pause)
{
  return pause + 1ms;
}

}  // namespace

TEST(ReconnectBackoff, StartsWithTheFirstBrokerOfTheList)
{
  EXPECT_EQ(ReconnectBackoff{3}.next_broker(), 0U);
}

TEST(ReconnectBackoff, TriesTheWholeListWithoutAPause)
{
  ReconnectBackoff backoff{3};
  EXPECT_EQ(backoff.next_pause(nearly_one), 0ms);
  EXPECT_EQ(backoff.next_broker(), 1U);
  EXPECT_EQ(backoff.next_pause(nearly_one), 0ms);
  EXPECT_EQ(backoff.next_broker(), 2U);
  EXPECT_EQ(window_of(backoff.next_pause(nearly_one)), ReconnectBackoff::first_window);
  EXPECT_EQ(backoff.next_broker(), 0U);
  EXPECT_EQ(backoff.next_pause(nearly_one), 0ms);
}

TEST(ReconnectBackoff, DoublesItsWindowUpToTheWidest)
{
  ReconnectBackoff backoff{1};
  for (const auto expected : {1000ms, 2000ms, 4000ms, 8000ms, 16'000ms, 30'000ms, 30'000ms, 30'000ms}) {
    EXPECT_EQ(window_of(backoff.next_pause(nearly_one)), expected);
  }
}

TEST(ReconnectBackoff, PausesForTheRandomPartOfTheWindow)
{
  ReconnectBackoff backoff{1};
  EXPECT_EQ(backoff.next_pause(0.25), 250ms);
  EXPECT_EQ(backoff.next_pause(0.25), 500ms);
  EXPECT_EQ(backoff.next_pause(0), 0ms);
}

TEST(ReconnectBackoff, PausesAfterASessionThatFellAlsoBeforeTheOtherBroker)
{
  ReconnectBackoff backoff{2};
  backoff.session_fell(steady);
  EXPECT_EQ(window_of(backoff.next_pause(nearly_one)), ReconnectBackoff::first_window);
  EXPECT_EQ(backoff.next_broker(), 1U);
  EXPECT_GT(backoff.next_pause(nearly_one), 0ms);  // it is down too: a new round
  EXPECT_EQ(backoff.next_broker(), 0U);
}

TEST(ReconnectBackoff, StartsAgainWithAShortWindowAfterASteadySession)
{
  ReconnectBackoff backoff{1};
  for (int tries = 0; tries < 10; ++tries) {
    static_cast<void>(backoff.next_pause(nearly_one));
  }
  backoff.session_fell(steady);
  EXPECT_EQ(window_of(backoff.next_pause(nearly_one)), ReconnectBackoff::first_window);
  EXPECT_EQ(backoff.short_sessions(), 0);
}

TEST(ReconnectBackoff, KeepsWideningWhenSessionsFallAtOnce)
{
  ReconnectBackoff backoff{1};
  int short_sessions = 0;
  for (const auto expected : {1000ms, 2000ms, 4000ms, 8000ms}) {
    backoff.session_fell(steady - 1ms);
    EXPECT_EQ(backoff.short_sessions(), ++short_sessions);
    EXPECT_EQ(window_of(backoff.next_pause(nearly_one)), expected);
  }
}

}  // namespace muster::mqtt
