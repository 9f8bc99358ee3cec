// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/masked_text.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> numbers_of(std::string_view text)
{
  return mask_numbers(text).numbers;
}

// The pattern with `#` for each number.
std::string pattern_of(std::string_view text)
{
  auto pattern = mask_numbers(text).pattern;
  std::replace(pattern.begin(), pattern.end(), '\0', '#');
  return pattern;
}

std::string ranges_of(const std::vector<std::string>& texts)
{
  std::vector<MaskedText> masked;
  std::transform(texts.begin(), texts.end(), std::back_inserter(masked), mask_numbers);
  return render_ranges(masked);
}

}  // namespace

TEST(MaskedText, TakesNumbersOutAndKeepsTheRest)
{
  EXPECT_EQ(
      pattern_of("DISK CRITICAL - free space: / 3 MB (1%);"), "DISK CRITICAL - free space: / # MB (#%);");
  EXPECT_THAT(numbers_of("DISK CRITICAL - free space: / 3 MB (1%);"), ElementsAre("3", "1"));
}

TEST(MaskedText, KeepsTheDigitsAsTheyWerePrinted)
{
  EXPECT_THAT(numbers_of("load 0.50, 007 and 1.5e-05"), ElementsAre("0.50", "007", "1.5e-05"));
}

TEST(MaskedText, AllowsAUnitGluedToTheNumber)
{
  EXPECT_EQ(pattern_of("3MB 4% 5s 15th"), "#MB #% #s #th");
}

TEST(MaskedText, LeavesDigitsThatArePartOfAName)
{
  for (const std::string text :
       {"sda1", "web-12.example.org", "eth0", "x2y3", "node_7", "größe5", "md5sum", "check-2-a"}) {
    EXPECT_EQ(pattern_of(text), text);
  }
}

TEST(MaskedText, LeavesChainsSuchAsAddressesAndVersions)
{
  for (const std::string text : {"10.0.0.5", "2.3.1", "1.2.3-4", "2.3.1.rc2"}) {
    EXPECT_EQ(pattern_of(text), text);
  }
  EXPECT_EQ(pattern_of("10.0.0.5:5666"), "10.0.0.5:#");
}

TEST(MaskedText, TakesTheSignWithANumberOnlyWhereItCanBeOne)
{
  EXPECT_THAT(numbers_of("-1 (-2) [-3] a=-4 b:-5 +6"), ElementsAre("-1", "-2", "-3", "-4", "-5", "+6"));
  EXPECT_THAT(numbers_of("2024-01-15"), ElementsAre("2024", "01", "15"));
  EXPECT_THAT(numbers_of("3 - 4"), ElementsAre("3", "4"));
}

TEST(MaskedText, EndsANumberBeforeAPointThatEndsTheSentence)
{
  EXPECT_EQ(pattern_of("found 5. done"), "found #. done");
  EXPECT_EQ(pattern_of("5..7"), "#..#");
}

TEST(MaskedText, MasksEachPartOfATimeOfDay)
{
  EXPECT_EQ(pattern_of("at 10:15:30"), "at #:#:#");
}

TEST(MaskedText, DoesNotTakeAWordForAnExponent)
{
  EXPECT_EQ(pattern_of("1e-x 3e5 2e"), "#e-x #e5 #e");
}

TEST(MaskedText, CannotBeFooledByANulInTheText)
{
  using namespace std::string_view_literals;
  const auto masked = mask_numbers("a \0 b"sv);
  EXPECT_THAT(masked.numbers, IsEmpty());
  EXPECT_NE(masked.pattern, mask_numbers("a 5 b").pattern);
  EXPECT_EQ(render_ranges({masked}), "a \xEF\xBF\xBD b");
}

TEST(MaskedText, LeavesNumbersBeyondItsLimitInTheText)
{
  std::string text;
  for (std::size_t i = 0; i < max_masked_numbers + 1; ++i) {
    text += "7 ";
  }
  const auto masked = mask_numbers(text);
  EXPECT_EQ(masked.numbers.size(), max_masked_numbers);
  EXPECT_EQ(masked.pattern.substr(masked.pattern.size() - 2), "7 ");
  EXPECT_EQ(render_ranges({masked}), text);
}

TEST(MaskedText, OfOneTextRendersAsTheText)
{
  for (const std::string text :
       {"", "-", "-1.5e-05MB (4%)", "web1 10.0.0.5 x=-3..4", "1.", ".5", "+-+5", "a-", "e-1-", "\xFFz5"}) {
    EXPECT_EQ(ranges_of({text}), text);
  }
}

TEST(MaskedText, SurvivesAMegabyteOfAnything)
{
  for (const std::string piece :
       {"1", "1.", "1.1", "-", "a-", "a.", "1e-", "1a", " ", "-1", "\xFF", "1.1.1 "}) {
    std::string text;
    while (text.size() < 1'000'000) {
      text += piece;
    }
    EXPECT_EQ(ranges_of({text}), text);
  }
}

TEST(RenderedRanges, ShowTheLowestAndTheHighestOfEachNumber)
{
  EXPECT_EQ(
      ranges_of(
          {"DISK CRITICAL - free space: / 12 MB (2%)",
           "DISK CRITICAL - free space: / 3 MB (1%)",
           "DISK CRITICAL - free space: / 41 MB (4%)"}),
      "DISK CRITICAL - free space: / 3..41 MB (1..4%)");
}

TEST(RenderedRanges, ShowANumberOnceIfAllAreTheSame)
{
  EXPECT_EQ(ranges_of({"1 of 3", "2 of 3", "2 of 3"}), "1..2 of 3");
  EXPECT_EQ(ranges_of({"load 1.0", "load 1.00"}), "load 1.0");
}

TEST(RenderedRanges, CompareByValueAndPrintWhatWasPrinted)
{
  EXPECT_EQ(ranges_of({"9.50 s", "10.25 s", "-3 s", "+4 s"}), "-3..10.25 s");
}

TEST(RenderedRanges, OfNothingAreNothing)
{
  EXPECT_EQ(render_ranges({}), "");
}

TEST(RenderedRanges, LeaveOutTextsWithAnotherPattern)
{
  EXPECT_EQ(ranges_of({"a 1", "b 9", "a 2"}), "a 1..2");
}

TEST(RenderedRanges, StandAMaskedTextThatDoesNotFitItself)
{
  using namespace std::string_view_literals;
  EXPECT_EQ(render_ranges({MaskedText{std::string(2, '\0'), {"1"}}}), "1\0"sv);
  EXPECT_EQ(render_ranges({MaskedText{"a", {"1", "2"}}}), "a");
}

}  // namespace muster
