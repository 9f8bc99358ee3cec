// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/asked_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using testing::HasSubstr;

std::string words_of(std::string_view text, const QuestionRules& rules = {})
{
  const auto asked = read_asked_check(text, rules);
  return asked ? asked->node + " / " + asked->check + " / " + asked->arguments : asked.error().message;
}

TEST(AskedCheck, NamesItsNodeBehindTheCheck)
{
  EXPECT_EQ(words_of("check_load@web1"), "web1 / check_load / ");
  EXPECT_EQ(words_of("check_load@web1.example.net"), "web1.example.net / check_load / ");
}

TEST(AskedCheck, MeansTheNodeInLowerCaseAsAllNodesAreNamed)
{
  EXPECT_EQ(words_of("Check_Load@WEB1"), "web1 / Check_Load / ");
}

TEST(AskedCheck, IsAboutTheFixedNodeWhereThereIsOne)
{
  EXPECT_EQ(words_of("check_load", {"db1"}), "db1 / check_load / ");
  EXPECT_THAT(words_of("check_load@web1", {"db1"}), HasSubstr("all questions here are about db1"));
  EXPECT_THAT(words_of("check_load@db1", {"db1"}), HasSubstr("all questions here are about db1"));
}

TEST(AskedCheck, HasArgumentsOnlyWhereTheyAreLetIn)
{
  EXPECT_THAT(words_of("check_disk@web1!10!/"), HasSubstr("arguments: true"));
  EXPECT_EQ(read_asked_check("check_disk@web1!", {}).error().code, ErrorCode::denied);
  EXPECT_EQ(words_of("check_disk@web1!10!/", {{}, true}), "web1 / check_disk / 10!/");
  EXPECT_EQ(words_of("check_disk!a@b", {"db1", true}), "db1 / check_disk / a@b");
  EXPECT_THAT(words_of("check_disk@web1!" + std::string(2049, 'x'), {{}, true}), HasSubstr("2048"));
}

TEST(AskedCheck, IsNoneWithoutANodeOrWithoutAName)
{
  EXPECT_EQ(
      words_of("check_load"), "which node is meant? Ask for CHECK@NODE, for instance \"check_load@web1\"");
  EXPECT_THAT(words_of("check_load@"), HasSubstr("\"\" is no name of a node"));
  EXPECT_THAT(words_of("check_load@web 1"), HasSubstr("is no name of a node"));
  EXPECT_THAT(words_of("check_load@+"), HasSubstr("is no name of a node"));
  EXPECT_THAT(words_of("check_load@web1/#"), HasSubstr("is no name of a node"));
  EXPECT_THAT(words_of("@web1"), HasSubstr("expected the name of a check"));
  EXPECT_THAT(words_of("a@b@web1"), HasSubstr("no check has an '@'"));
  EXPECT_THAT(words_of(std::string(257, 'x') + "@web1"), HasSubstr("at most 256"));
  EXPECT_THAT(words_of("check\xff@web1"), HasSubstr("UTF-8"));
}

TEST(AskedCheck, ShowsWhatAStrangerWroteAsHarmlessText)
{
  EXPECT_THAT(words_of("x@\x1b[2J"), HasSubstr("\\x1b[2j"));
}

}  // namespace
}  // namespace muster::bridge
