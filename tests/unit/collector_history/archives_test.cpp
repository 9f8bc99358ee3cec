// SPDX-License-Identifier: Apache-2.0
#include "collector/history/archives.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> definitions(const ArchivePlan& plan)
{
  std::vector<std::string> found;
  for (const auto& archive : plan) {
    found.push_back(definition_of(archive));
  }
  return found;
}

}  // namespace

TEST(Archives, KeepMinutesForTwoDaysAndSixHoursForTwoYears)
{
  const auto full = definitions(full_archives());
  ASSERT_EQ(full.size(), 12);
  EXPECT_EQ(full[0], "RRA:AVERAGE:0.5:1:2880");
  EXPECT_EQ(full[1], "RRA:AVERAGE:0.5:5:4032");
  EXPECT_EQ(full[2], "RRA:AVERAGE:0.5:30:2976");
  EXPECT_EQ(full[3], "RRA:AVERAGE:0.5:360:2920");
  EXPECT_EQ(full[4], "RRA:MIN:0.5:1:2880");
  EXPECT_EQ(full[11], "RRA:MAX:0.5:360:2920");
}

TEST(Archives, OfABigFleetTakeAFifthOfTheBytes)
{
  const auto full = bytes_per_file(full_archives(), 1);
  EXPECT_EQ(full, 310264);
  EXPECT_LT(bytes_per_file(small_archives(), 1) * 4, full);
}

TEST(Archives, AreReadFromText)
{
  const auto plan = parse_archives("1m for 2d: AVERAGE MIN; 6h for 2y: MAX;");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(
      definitions(*plan),
      ElementsAre("RRA:AVERAGE:0.5:1:2880", "RRA:MIN:0.5:1:2880", "RRA:MAX:0.5:360:2920"));
  EXPECT_EQ(parse_archives("full").value(), full_archives());
  EXPECT_EQ(parse_archives("small").value(), small_archives());
  EXPECT_EQ(rows_of(parse_archives("7m for 20m: AVERAGE").value().front()), 3) << "the span is covered";
}

TEST(Archives, SayWhichPartOfTheTextIsWrong)
{
  struct Case {
    std::string text;
    std::string reason;
  };

  const std::vector<Case> cases{
      {"", "must begin with"},
      {"big", "must begin with"},
      {"1m for 2d", "after the colon"},
      {"1m for 2d: SUM", "after the colon"},
      {"1m for 2d: AVERAGE;; 6h for 1y: MAX", "must begin with"},
      {"90s for 2d: AVERAGE", "whole minutes"},
      {"1h for 5m: AVERAGE", "not below"},
      {"0m for 5m: AVERAGE", "must begin with"},
      {"-1m for 5m: AVERAGE", "must begin with"},
      {"1m for 20y: AVERAGE", "too many rows"},
      {"1m for 4294967295y: AVERAGE", "too many rows"},
      {"1m for 99999999999999999999y: AVERAGE", "must begin with"},
      {"1mm for 2d: AVERAGE", "must begin with"}};
  for (const auto& [text, reason] : cases) {
    const auto plan = parse_archives(text);
    ASSERT_FALSE(plan) << text;
    EXPECT_THAT(plan.error().message, HasSubstr(reason)) << text;
  }
}

TEST(Archives, AreBoundedInNumber)
{
  std::string text;
  for (std::size_t i = 0; i <= max_archives; ++i) {
    text += "1m for 2d: AVERAGE;";
  }
  EXPECT_FALSE(parse_archives(text));
}

}  // namespace muster::collector
