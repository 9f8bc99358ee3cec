// SPDX-License-Identifier: Apache-2.0
#include "cli/node_selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> five{"a", "b", "c", "d", "e"};

std::size_t share(const std::string& text, std::size_t total)
{
  return parse_share("--limit", text).value().of(total);
}

TEST(Share, IsANumberOrAPercentageRoundedDownButNeverNothing)
{
  EXPECT_EQ(share("3", 5), 3U);
  EXPECT_EQ(share("9", 5), 5U);
  EXPECT_EQ(share("50%", 5), 2U);
  EXPECT_EQ(share("1%", 5), 1U);
  EXPECT_EQ(share("100%", 5), 5U);
  EXPECT_EQ(share("10%", 0), 0U);
}

TEST(Share, ThatIsNoneIsRefusedWithTheOptionAndTheText)
{
  for (const auto* text : {"", "0", "0%", "101%", "-1", "x", "5 %", "%", "1.5", "99999999999999999999"}) {
    const auto read = parse_share("--batch", text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr("--batch: expected a number of nodes"));
    EXPECT_THAT(read.error().message, HasSubstr(std::string{"'"} + text + "'"));
  }
}

TEST(DrawnNodes, AreTheSameForTheSameSeedAndStandInTheirOrder)
{
  const auto first = drawn(five, 3, 7);
  EXPECT_THAT(first, SizeIs(3));
  EXPECT_EQ(drawn(five, 3, 7), first);
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end()));
  EXPECT_THAT(drawn(five, 9, 7), SizeIs(5));
  EXPECT_THAT(drawn({}, 1, std::nullopt), IsEmpty());
}

TEST(DrawnNodes, AreOthersForOtherSeeds)
{
  bool differ = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    differ = differ || drawn(five, 1, seed) != drawn(five, 1, 0);
  }
  EXPECT_TRUE(differ);
}

TEST(Batches, HoldAllNodesInTheirOrder)
{
  EXPECT_THAT(
      in_batches(five, 2), ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d"), ElementsAre("e")));
  EXPECT_THAT(in_batches(five, 9), ElementsAre(SizeIs(5)));
  EXPECT_THAT(in_batches({}, 2), IsEmpty());
}

}  // namespace
}  // namespace muster::cli
