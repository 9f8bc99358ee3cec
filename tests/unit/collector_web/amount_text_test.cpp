// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "collector/web/parts.hpp"

namespace muster::collector::web {

TEST(AmountText, CountsBytesInUnitsThatAPersonReads)
{
  EXPECT_EQ(amount_text(0, "B"), "0B");
  EXPECT_EQ(amount_text(1023, "B"), "1023B");
  EXPECT_EQ(amount_text(1024, "B"), "1 KiB");
  EXPECT_EQ(amount_text(33'628'900'000, "B"), "31.32 GiB");
  EXPECT_EQ(amount_text(-2'097'152, "B"), "-2 MiB");
}

TEST(AmountText, WritesWholeNumbersOutAndLeavesOtherUnitsAsTheyAre)
{
  EXPECT_EQ(amount_text(12'345'678, ""), "12345678");
  EXPECT_EQ(amount_text(0.42, ""), "0.42");
  EXPECT_EQ(amount_text(12, "ms"), "12ms");
  EXPECT_EQ(amount_text(1e20, "c"), "1e+20c");
}

}  // namespace muster::collector::web
