// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/repeated_event.hpp"

#include <gtest/gtest.h>

namespace muster::runtime {

namespace {

using namespace std::chrono_literals;

constexpr RepeatedEvent::Time start{10h};

}  // namespace

TEST(RepeatedEvent, IsToldTheFirstTime)
{
  RepeatedEvent event;
  EXPECT_EQ(1U, event.happened(start));
}

TEST(RepeatedEvent, IsToldAtMostOnceAMinuteWithItsCount)
{
  RepeatedEvent event;
  event.happened(start);
  EXPECT_FALSE(event.happened(start));
  EXPECT_FALSE(event.happened(start + 59s));
  EXPECT_EQ(3U, event.happened(start + 60s));
  EXPECT_FALSE(event.happened(start + 119s));
  EXPECT_EQ(2U, event.happened(start + 120s));
}

TEST(RepeatedEvent, IsToldAtOnceAfterAQuietTime)
{
  RepeatedEvent event;
  event.happened(start);
  EXPECT_EQ(1U, event.happened(start + 24h));
}

TEST(RepeatedEvent, HasItsEndToldWhenAMinuteHasPassed)
{
  RepeatedEvent event;
  EXPECT_FALSE(event.untold(start));
  event.happened(start);
  EXPECT_FALSE(event.untold(start + 60s));
  event.happened(start + 1s);
  event.happened(start + 2s);
  EXPECT_FALSE(event.untold(start + 59s));
  EXPECT_EQ(2U, event.untold(start + 60s));
  EXPECT_FALSE(event.untold(start + 180s));
}

}  // namespace muster::runtime
