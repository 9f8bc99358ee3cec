// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/confirmation.hpp"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

bool is_asked_about(const std::string& limit, bool one = false)
{
  SelectionArguments selection;
  selection.limit = limit;
  selection.one = one;
  return is_unfiltered({}, selection);
}

TEST(Confirmation, IsAskedForUnlessALimitLeavesSomeOut)
{
  EXPECT_TRUE(is_asked_about(""));
  EXPECT_TRUE(is_asked_about("100%"));
  EXPECT_FALSE(is_asked_about("99%"));
  EXPECT_FALSE(is_asked_about("100")) << "a number of nodes";
  EXPECT_FALSE(is_asked_about("", true));
}

TEST(Confirmation, IsNotAskedForWithAFilter)
{
  fleet::Question named;
  named.nodes = {"web1"};
  EXPECT_FALSE(is_unfiltered(named, {}));
  fleet::Question filtered;
  filtered.filter.compound = "web";
  EXPECT_FALSE(is_unfiltered(filtered, {}));
}

}  // namespace
}  // namespace muster::cli
