// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/check_state.hpp"

#include <algorithm>
#include <vector>

#include <climits>
#include <gtest/gtest.h>

namespace muster {

TEST(CheckState, IsPrintedAsNagiosPrintsIt)
{
  EXPECT_EQ(to_string(CheckState::ok), "OK");
  EXPECT_EQ(to_string(CheckState::warning), "WARNING");
  EXPECT_EQ(to_string(CheckState::critical), "CRITICAL");
  EXPECT_EQ(to_string(CheckState::unknown), "UNKNOWN");
}

TEST(CheckState, ComesFromTheFourExitCodesOfThePluginInterface)
{
  EXPECT_EQ(state_from_exit_code(0), CheckState::ok);
  EXPECT_EQ(state_from_exit_code(1), CheckState::warning);
  EXPECT_EQ(state_from_exit_code(2), CheckState::critical);
  EXPECT_EQ(state_from_exit_code(3), CheckState::unknown);
}

TEST(CheckState, IsUnknownForEveryOtherExitCode)
{
  for (const int code : {4, 126, 127, 255, 256, -1, -9, INT_MAX, INT_MIN}) {
    EXPECT_EQ(state_from_exit_code(code), CheckState::unknown) << code;
  }
}

TEST(CheckState, SortsWorstFirstAsCriticalUnknownWarningOk)
{
  std::vector states{CheckState::ok, CheckState::warning, CheckState::critical, CheckState::unknown};
  std::sort(states.begin(), states.end(), is_worse);
  const std::vector expected{CheckState::critical, CheckState::unknown, CheckState::warning, CheckState::ok};
  EXPECT_EQ(states, expected);
}

TEST(CheckState, IsNotWorseThanItself)
{
  EXPECT_FALSE(is_worse(CheckState::critical, CheckState::critical));
  EXPECT_FALSE(is_worse(CheckState::ok, CheckState::ok));
}

TEST(CheckState, WorseOfTwoDoesNotDependOnTheirOrder)
{
  EXPECT_EQ(worse_of(CheckState::warning, CheckState::unknown), CheckState::unknown);
  EXPECT_EQ(worse_of(CheckState::unknown, CheckState::warning), CheckState::unknown);
  EXPECT_EQ(worse_of(CheckState::critical, CheckState::unknown), CheckState::critical);
  EXPECT_EQ(worse_of(CheckState::ok, CheckState::ok), CheckState::ok);
}

}  // namespace muster
