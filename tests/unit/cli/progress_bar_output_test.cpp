// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/progress_bar.hpp"

namespace muster::cli {

TEST(ProgressBar, GrowsLikeMCollectives)
{
  ProgressBar bar;
  EXPECT_EQ(
      bar.frame(0, 4, 100), "\r | [ >                                                             ] 0 / 4");
  EXPECT_EQ(
      bar.frame(1, 4, 100), "\r / [ ===============>                                              ] 1 / 4");
  EXPECT_EQ(
      bar.frame(2, 4, 100), "\r - [ ==============================>                               ] 2 / 4");
  EXPECT_EQ(
      bar.frame(3, 4, 100), "\r \\ [ =============================================>                ] 3 / 4");
  EXPECT_EQ(
      bar.frame(4, 4, 100), "\r * [ ============================================================> ] 4 / 4");
}

TEST(ProgressBar, ShrinksWithTheTerminalAndCleansUpWhatStoodThere)
{
  ProgressBar bar;
  EXPECT_EQ(bar.frame(4, 4, 40), "\r * [ ==================> ] 4 / 4");
  EXPECT_EQ(bar.frame(4, 4, 30), "\r * [ ========> ] 4 / 4       \b\b\b\b\b\b\b");
  EXPECT_EQ(bar.frame(4, 4, 20), "\r4 / 4              \b\b\b\b\b\b\b\b\b\b\b\b\b\b");
  EXPECT_EQ(bar.frame(4, 4, 0), "\r4 / 4");
}

TEST(ProgressBar, NeverReachesTheLastColumn)
{
  for (std::size_t columns = 2; columns < 200; ++columns) {
    ProgressBar bar;
    EXPECT_LE(bar.frame(10000, 10000, columns).size(), columns) << columns;  // with the CR in front
  }
}

TEST(ProgressBar, ShowsAnUnknownTotalAsAQuestionMark)
{
  ProgressBar bar;
  EXPECT_EQ(bar.frame(5, std::nullopt, 40), "\r | [ >                   ] 5 / ?");
}

TEST(ProgressBar, StaysInsideItselfWhenMoreAnswerThanExpected)
{
  ProgressBar bar;
  EXPECT_EQ(bar.frame(7, 4, 40), "\r * [ ==================> ] 7 / 4");
  EXPECT_EQ(bar.frame(0, 0, 40), "\r | [ >                   ] 0 / 0");
}

TEST(ProgressBar, ErasesExactlyWhatItDrew)
{
  ProgressBar bar;
  EXPECT_EQ(bar.erase(), "");
  EXPECT_EQ(bar.frame(1, 2, 10), "\r1 / 2");
  EXPECT_EQ(bar.erase(), "\r     \r");
  EXPECT_EQ(bar.erase(), "");
}

}  // namespace muster::cli
