// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/plugin_output.hpp"

#include <string>

#include <gtest/gtest.h>

namespace muster {

TEST(PluginOutput, SplitsPerfdataFromSummaryAtFirstPipe)
{
  const auto output = parse_plugin_output("DISK OK - free | /=2643MB;5948|x=1");
  EXPECT_EQ(output.summary, "DISK OK - free");
  EXPECT_EQ(output.details, "");
  EXPECT_EQ(output.perfdata, "/=2643MB;5948|x=1");
}

TEST(PluginOutput, KeepsLinesAfterTheFirstAsDetails)
{
  const auto output = parse_plugin_output("summary\nfirst\n\n  third  \n");
  EXPECT_EQ(output.summary, "summary");
  EXPECT_EQ(output.details, "first\n\n  third  ");
}

TEST(PluginOutput, TakesEverythingAfterTheBarOfALaterLineAsPerfdata)
{
  const auto output = parse_plugin_output("text|a=1\nlong | b=2\nc=3\nd=4 | e=5\n");
  EXPECT_EQ(output.details, "long ");
  EXPECT_EQ(output.perfdata, "a=1  b=2 c=3 d=4 | e=5");
}

TEST(PluginOutput, AllowsALineThatStartsWithTheBar)
{
  const auto output = parse_plugin_output("text\nlong\n|a=1\nb=2");
  EXPECT_EQ(output.details, "long\n");
  EXPECT_EQ(output.perfdata, "a=1 b=2");
}

TEST(PluginOutput, StripsBlanksAroundSummaryAndPerfdataButNotInThem)
{
  const auto output = parse_plugin_output(" \ta  b\r\n");
  EXPECT_EQ(output.summary, "a  b");
  EXPECT_EQ(parse_plugin_output("x|  a=1  b=2 \r\n").perfdata, "a=1  b=2");
}

TEST(PluginOutput, TurnsSemicolonsOfTheSummaryIntoColonsAndNoOthers)
{
  const auto output = parse_plugin_output("/ 3 MB (1%);|/=3;1;2\nline; two");
  EXPECT_EQ(output.summary, "/ 3 MB (1%):");
  EXPECT_EQ(output.perfdata, "/=3;1;2");
  EXPECT_EQ(output.details, "line; two");
}

TEST(PluginOutput, SaysThatThereWasNoOutputForAnEmptyFirstLine)
{
  EXPECT_EQ(parse_plugin_output("").summary, "(No output returned from plugin)");
  EXPECT_EQ(parse_plugin_output("\n").summary, "(No output returned from plugin)");
  EXPECT_EQ(parse_plugin_output("\ntext").details, "text");
}

TEST(PluginOutput, HasAnEmptySummaryIfTheFirstLineHasOnlyBlanksOrPerfdata)
{
  EXPECT_EQ(parse_plugin_output("   ").summary, "");
  EXPECT_EQ(parse_plugin_output("|a=1").summary, "");
  EXPECT_EQ(parse_plugin_output("|a=1").perfdata, "a=1");
}

TEST(PluginOutput, KeepsBackslashesAndCarriageReturnsOfDetails)
{
  const auto output = parse_plugin_output("C:\\new\r\nline2\r\n");
  EXPECT_EQ(output.summary, "C:\\new");
  EXPECT_EQ(output.details, "line2\r");
}

TEST(PluginOutput, TreatsNulAndInvalidUtf8AsAnyOtherByte)
{
  using namespace std::string_view_literals;
  const auto output = parse_plugin_output("a\0b|\xFF=1\n\xC3"sv);
  EXPECT_EQ(output.summary, "a\0b"sv);
  EXPECT_EQ(output.perfdata, "\xFF=1"sv);
  EXPECT_EQ(output.details, "\xC3"sv);
}

TEST(PluginOutput, ReadsAMegabyteOfBarsAndLineFeeds)
{
  std::string text = "x\n";
  while (text.size() < 1'000'000) {
    text += "|\n";
  }
  const auto output = parse_plugin_output(text);
  EXPECT_EQ(output.details, "");
  EXPECT_EQ(output.perfdata.size(), text.size() - 5);  // "x\n|\n" before it and "\n" behind it are gone
  EXPECT_EQ(output.perfdata.find('\n'), std::string::npos);
}

}  // namespace muster
