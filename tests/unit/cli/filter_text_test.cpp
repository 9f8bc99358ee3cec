// SPDX-License-Identifier: Apache-2.0
#include "cli/output/filter_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {
namespace {

using testing::HasSubstr;

std::string described(const FleetArguments& arguments)
{
  const auto filter = filter_of(arguments);
  if (!filter) {
    return filter.error().message;
  }
  return filter_text(*filter, in_words(*filter).value());
}

TEST(ADescribedFilter, ThatIsEmptyMeansEveryNode)
{
  EXPECT_EQ(described({}), "Every node is meant.\n");
}

TEST(ADescribedFilter, TellsWhatMustHold)
{
  FleetArguments one;
  one.classes = {"apache"};
  EXPECT_EQ(described(one), "A node is meant if this holds:\n  -C  it has the class 'apache'\n");
  one.compounds = {"a=b and not nrpe('c').exitcode>0"};
  EXPECT_EQ(
      described(one),
      "A node is meant if all of this holds:\n"
      "  -C  it has the class 'apache'\n"
      "  -S  all of:\n"
      "        the fact a is 'b'\n"
      "        not:\n"
      "          exitcode of nrpe('c') is more than '0'\n"
      "\n"
      "A fact that a node does not have matches nothing, whatever the operator.\n"
      "\n"
      "Each node finds out for itself: nrpe('c')\n");
}

TEST(ADescribedFilter, JoinsSeveralExpressionsWithAnd)
{
  FleetArguments two;
  two.compounds = {"a or b", "c"};
  EXPECT_EQ(filter_of(two).value().compound, "(a or b) and (c)");
}

TEST(ADescribedFilter, NamesThePlaceInTheExpressionThatIsWrong)
{
  FleetArguments two;
  two.compounds = {"a or b", "c and"};
  EXPECT_THAT(described(two), HasSubstr("-S: at character 6"));
}

TEST(ADescribedFilter, ShowsNothingThatATerminalWouldObey)
{
  FleetArguments hostile;
  hostile.classes = {"a\x1b[31m"};
  EXPECT_EQ(described(hostile).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace muster::cli
