// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/command_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> words(const std::string& line)
{
  const auto split = command_words(line);
  return split ? *split : std::vector<std::string>{"error: " + split.error().message};
}

std::string refusal(const std::string& line)
{
  const auto split = command_words(line);
  return split ? "" : split.error().message;
}

TEST(CommandWords, AreSplitAtBlanks)
{
  EXPECT_THAT(
      words("  check_mco -H\tweb1  -k check_load "),
      ElementsAre("check_mco", "-H", "web1", "-k", "check_load"));
  EXPECT_THAT(words(""), ElementsAre());
}

TEST(CommandWords, QuotesKeepBlanksAndMakeEmptyWords)
{
  EXPECT_THAT(words("a 'b c' \"d e\" '' f'g 'h"), ElementsAre("a", "b c", "d e", "", "fg h"));
  EXPECT_THAT(
      words("-S '/apache/ and not (country=uk)'"), ElementsAre("-S", "/apache/ and not (country=uk)"));
  EXPECT_THAT(words("-F 'memorysize_mb>=2048'"), ElementsAre("-F", "memorysize_mb>=2048"));
}

TEST(CommandWords, BackslashesAreThoseOfAShell)
{
  EXPECT_THAT(words(R"(a\ b 'c\d' "e\"f\g" \;)"), ElementsAre("a b", "c\\d", "e\"f\\g", ";"));
}

TEST(CommandWords, ADollarThatNamesNothingStaysOne)
{
  EXPECT_THAT(words("-I /^web$/ '$HOME' \"a$\" b$"), ElementsAre("-I", "/^web$/", "$HOME", "a$", "b$"));
}

TEST(CommandWords, WhatNeedsAShellIsRefusedAndNamed)
{
  for (const std::string line :
       {"a | b",
        "a; b",
        "a && b",
        "a > b",
        "a < b",
        "a $(b)",
        "a $B",
        "a ${B}",
        "a `b`",
        "a *",
        "a b?",
        "a [b]",
        "a (b)",
        "a \"$B\"",
        "a \"`b`\"",
        "a ~",
        "a #b",
        "a\nb"}) {
    EXPECT_NE(refusal(line), "") << line;
  }
  EXPECT_EQ(refusal("check_mco -k a | tee b"), "| outside of quotes");
  EXPECT_EQ(refusal("a\nb"), "a control character");
}

TEST(CommandWords, AnOpenQuoteIsRefused)
{
  EXPECT_EQ(refusal("a 'b"), "a quote (') that is not closed");
  EXPECT_EQ(refusal("a \"b"), "a quote (\") that is not closed");
  EXPECT_THAT(refusal("a \\"), HasSubstr("backslash"));
}

TEST(CommandWords, InTheMiddleOfAWordATildeAndAHashAreThemselves)
{
  EXPECT_THAT(words("a#b a~"), ElementsAre("a#b", "a~"));
  EXPECT_THAT(words("-w ~:5"), ElementsAre("-w", "~:5")) << "a range, and no home";
}

}  // namespace
}  // namespace muster::bridge
