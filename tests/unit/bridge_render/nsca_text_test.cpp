// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/render/nsca_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using testing::HasSubstr;

PassiveResult made(std::string summary, std::string perfdata = {}, std::string details = {})
{
  PassiveResult result;
  result.host = "web1";
  result.service = "load";
  result.summary = std::move(summary);
  result.perfdata = std::move(perfdata);
  result.details = std::move(details);
  return result;
}

const std::string mark{nsca_cut_mark};

TEST(NscaOutput, IsWhatThePluginSaid)
{
  EXPECT_EQ(nsca_output(made("fine")), "fine");
  EXPECT_EQ(nsca_output(made("fine", "a=1 b=2")), "fine|a=1 b=2");
  EXPECT_EQ(nsca_output(made("fine", "a=1", "one\ntwo")), "fine|a=1\none\ntwo\n");
}

TEST(NscaOutput, LeavesTheEscapingToTheDaemon)
{
  EXPECT_EQ(nsca_output(made("C:\\new is full", "", "D:\\temp")), "C:\\new is full\nD:\\temp\n");
}

TEST(NscaOutput, HasOneBarAtMost)
{
  EXPECT_EQ(
      nsca_output(made("a|b", "c=1", "d|e")),
      "a\xc2\xa6"
      "b|c=1\nd\xc2\xa6"
      "e\n");
}

TEST(NscaOutput, KeepsItsEndWhereNagiosTakesItOff)
{
  EXPECT_EQ(nsca_output(made("")), " \n");
  EXPECT_EQ(nsca_output(made("a ")), "a \n");
  EXPECT_EQ(nsca_output(made("C:\\")), "C:\\\n");
}

TEST(NscaOutput, HoldsNoNulAndNoBrokenCharacter)
{
  EXPECT_EQ(
      nsca_output(made(std::string{"a\0b", 3} + "\xff")),
      "a\xef\xbf\xbd"
      "b\xef\xbf\xbd");
}

TEST(NscaOutput, OfExactlyTheLongestIsNotCut)
{
  EXPECT_EQ(nsca_output(made(std::string(4094, 'x'))).size(), 4094U);
  EXPECT_THAT(nsca_output(made(std::string(4094, 'x'))), testing::Not(HasSubstr(mark)));
  EXPECT_THAT(nsca_output(made(std::string(4096, 'x'))), HasSubstr(mark));
  const auto whole = made("s", "", std::string(4092, 'd'));
  EXPECT_EQ(nsca_output(whole).size(), 4095U);
  EXPECT_THAT(nsca_output(whole), testing::Not(HasSubstr(mark)));
  EXPECT_THAT(nsca_output(made("s", "", std::string(4093, 'd'))), testing::EndsWith("d" + mark + "\n"));
}

TEST(NscaOutput, LosesItsDetailsFirst)
{
  const auto text = nsca_output(made("summary", "a=1", std::string(9000, 'd')));
  EXPECT_EQ(text.size(), 4095U);
  EXPECT_THAT(text, testing::StartsWith("summary|a=1\nddd"));
  EXPECT_THAT(text, testing::EndsWith("d" + mark + "\n"));
}

TEST(NscaOutput, LosesWholeValuesAndShowsItInItsSummary)
{
  std::string perfdata;
  for (int i = 0; i < 1000; ++i) {
    perfdata += "value" + std::to_string(i) + "=12345 ";
  }
  const auto text = nsca_output(made("summary", perfdata, "details"));
  EXPECT_LE(text.size(), 4095U);
  EXPECT_GT(text.size(), 4000U);
  EXPECT_THAT(text, testing::StartsWith("summary" + mark + "|value0=12345 value1="));
  EXPECT_THAT(text, testing::EndsWith("=12345"));
}

TEST(NscaOutput, LosesTheEndOfItsSummaryLast)
{
  const auto text = nsca_output(made(std::string(9000, 's'), "a=1 b=2"));
  EXPECT_LE(text.size(), 4095U);
  EXPECT_THAT(text, testing::EndsWith("s" + mark + "|a=1 b=2"));
}

TEST(NscaOutput, NeverIsLongerThanItsField)
{
  for (const std::size_t summary : {0U, 1000U, 2000U, 4050U, 4060U, 4093U, 4094U, 4095U, 4096U, 9000U}) {
    for (const std::size_t values : {0U, 1U, 2000U, 4090U, 9000U}) {
      for (const std::size_t details : {0U, 1U, 30U, 40U, 5000U}) {
        const auto result =
            made(std::string(summary, '|'), std::string(values, '='), std::string(details, '|'));
        ASSERT_LE(nsca_output(result).size(), 4095U) << summary << " " << values << " " << details;
      }
    }
  }
}

TEST(NscaNames, ThatDoNotFitAreRefusedNotCut)
{
  auto result = made("x");
  result.host = std::string(63, 'h');
  result.service = std::string(127, 's');
  EXPECT_TRUE(check_nsca_names(result));
  result.service = std::string(128, 's');
  EXPECT_THAT(check_nsca_names(result).error().message, HasSubstr("longer than the 127 bytes"));
  result.service.clear();
  EXPECT_TRUE(check_nsca_names(result)) << "a host";
  for (const auto* host : {"", "a;b", "a\nb", "a\x7f"}) {
    result.host = host;
    EXPECT_FALSE(check_nsca_names(result)) << host;
  }
}

TEST(NscaState, IsOneThatNagiosTakes)
{
  auto result = made("x");
  result.state = 9;
  EXPECT_EQ(nsca_state(result), 3);
  result.service.clear();
  EXPECT_EQ(nsca_state(result), 1);
}

}  // namespace
}  // namespace muster::bridge
