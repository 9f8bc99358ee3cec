// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/log_ration.hpp"

#include <gtest/gtest.h>

namespace muster::node {
namespace {

using namespace std::chrono_literals;
using Verdict = LogRation::Verdict;

TEST(LogRation, WritesSoMuchAMinuteAndSaysOnceThatItStops)
{
  LogRation ration;
  const LogRation::Time start{1h};
  for (std::size_t i = 0; i < LogRation::most_lines_a_minute; ++i) {
    ASSERT_EQ(ration.next(start + 30s), Verdict::write);
  }
  EXPECT_EQ(ration.next(start + 31s), Verdict::say_that_it_ends);
  EXPECT_EQ(ration.next(start + 32s), Verdict::be_silent);
  EXPECT_EQ(ration.next(start + 89s), Verdict::be_silent);
  EXPECT_EQ(ration.next(start + 90s), Verdict::write);
}

}  // namespace
}  // namespace muster::node
