// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/count_threshold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::fleet_check {
namespace {

using testing::HasSubstr;

CountThresholds limits(const std::string& warning, const std::string& critical)
{
  CountThresholds thresholds;
  if (!warning.empty()) {
    thresholds.warning = parse_count_threshold("-w", warning).value();
  }
  if (!critical.empty()) {
    thresholds.critical = parse_count_threshold("-c", critical).value();
  }
  return thresholds;
}

struct Case {
  const char* warning;
  const char* critical;
  std::size_t problems;
  std::size_t total;
  CheckState state;
};

TEST(CountThreshold, IsARangeOfTheGuidelinesOverTheNumberOrTheShareOfTheProblems)
{
  constexpr Case cases[]{
      {"5", "", 5, 100, CheckState::ok},
      {"5", "", 6, 100, CheckState::warning},
      {"5", "10", 11, 100, CheckState::critical},
      {"0", "", 0, 100, CheckState::ok},
      {"0", "", 1, 100, CheckState::warning},
      {"", "3", 3, 3, CheckState::ok},
      {"", "@3:", 3, 3, CheckState::critical},
      {"1:", "", 0, 10, CheckState::warning},
      {"~:2", "", 2, 10, CheckState::ok},
      {"5%", "10%", 2, 40, CheckState::ok},
      {"5%", "10%", 3, 40, CheckState::warning},
      {"5%", "10%", 5, 40, CheckState::critical},
      {"5:10%", "", 3, 40, CheckState::ok},
      {"5:10%", "", 5, 40, CheckState::warning},
      {"3", "50%", 4, 8, CheckState::warning},
      {"3", "50%", 5, 8, CheckState::critical},
      {"0%", "0%", 0, 0, CheckState::ok},
      {"1%:", "", 0, 0, CheckState::ok},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(limits(one.warning, one.critical).judge(one.problems, one.total), one.state)
        << "-w " << one.warning << " -c " << one.critical << ", " << one.problems << " of " << one.total;
  }
}

TEST(CountThreshold, ThatIsNoRangeIsRefusedUnderTheNameOfItsOption)
{
  for (const auto* text : {"", "x", "10:5", "5,10", "%", "5%%x", "--", "1e999"}) {
    const auto read = parse_count_threshold("-c", text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr("-c: ")) << text;
  }
}

}  // namespace
}  // namespace muster::fleet_check
