// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_question.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NrpeSettings letting_arguments_in()
{
  NrpeSettings settings;
  settings.dont_blame_nrpe = true;
  return settings;
}

std::string why(const Expected<NrpeQuestion>& question)
{
  return question ? "taken" : question.error().message;
}

nrpe_server::Reply reply(CheckState state, std::string printed, PluginEnd end = PluginEnd::exited)
{
  return reply_to_nrpe({state, end, std::move(printed), 4s});
}

TEST(NrpeQuestion, NamesACheck)
{
  const auto question = read_nrpe_question("check_load", {}, false);
  ASSERT_TRUE(question) << why(question);
  EXPECT_EQ(question->check, "check_load");
  EXPECT_THAT(question->arguments, IsEmpty());
}

TEST(NrpeQuestion, HasArgumentsWhereBothFilesLetThemIn)
{
  const auto question = read_nrpe_question("check_disk!10%!!/srv", letting_arguments_in(), true);
  ASSERT_TRUE(question) << why(question);
  EXPECT_EQ(question->check, "check_disk");
  EXPECT_THAT(question->arguments, ElementsAre("10%", "/srv"));
}

TEST(NrpeQuestion, IsRefusedWithArgumentsThatOneFileDoesNotLetIn)
{
  EXPECT_THAT(
      why(read_nrpe_question("check_disk!10%", letting_arguments_in(), false)), HasSubstr("arguments: true"));
  EXPECT_THAT(why(read_nrpe_question("check_disk!10%", {}, true)), HasSubstr("dont_blame_nrpe=1"));
  EXPECT_NE(why(read_nrpe_question("check_disk!", {}, true)), "taken") << "nrpe looks for the mark only";
}

TEST(NrpeQuestion, IsRefusedForANastyCharacterAnywhere)
{
  const auto settings = letting_arguments_in();
  for (const auto* text : {"check;id", "args!a&b", "args!`id`", "args!it's", "a\nb"}) {
    EXPECT_THAT(why(read_nrpe_question(text, settings, true)), HasSubstr("nasty_metachars")) << text;
  }
  EXPECT_THAT(why(read_nrpe_question("args!$(id)", settings, true)), HasSubstr("$("));
  EXPECT_EQ(why(read_nrpe_question("args!$HOME", settings, true)), "taken");
}

TEST(NrpeQuestion, IsRefusedWithoutAName)
{
  EXPECT_EQ(why(read_nrpe_question("!!!", letting_arguments_in(), true)), "no name of a check");
}

TEST(NrpeQuestion, IsAnsweredWithWhatThePluginPrintedWithoutItsLastLineFeed)
{
  EXPECT_EQ(reply(CheckState::warning, "two\nlines|a=1\n\n").text, "two\nlines|a=1\n");
  EXPECT_EQ(reply(CheckState::warning, "no line feed").text, "no line feed");
  EXPECT_EQ(reply(CheckState::warning, "x").state, CheckState::warning);
  EXPECT_EQ(reply(CheckState::ok, "\n").text, "");
  EXPECT_EQ(reply(CheckState::ok, "\n").state, CheckState::ok);
  EXPECT_EQ(reply(CheckState::ok, "\xff\xfe").text, "\xff\xfe") << "bytes are not ours to judge";
  EXPECT_EQ(reply(CheckState::ok, std::string{"a\0b", 3}).text, "a");
}

TEST(NrpeQuestion, IsAnsweredInTheWordsOfNrpeWhereThereIsNothing)
{
  EXPECT_EQ(reply(CheckState::ok, "").text, "NRPE: Unable to read output");
  EXPECT_EQ(reply(CheckState::ok, "").state, CheckState::unknown);
  EXPECT_EQ(
      reply(CheckState::critical, "partly", PluginEnd::timed_out).text,
      "NRPE: Command timed out after 4 seconds");
  EXPECT_EQ(reply(CheckState::critical, "partly", PluginEnd::timed_out).state, CheckState::unknown);
  EXPECT_EQ(not_defined("check_x").text, "NRPE: Command 'check_x' not defined");
}

TEST(NrpeQuestion, AboutTheVersionIsAnsweredTruthfully)
{
  EXPECT_TRUE(nrpe_version_answer.starts_with("NRPE v")) << "what scripts look for";
  EXPECT_THAT(std::string{nrpe_version_answer}, HasSubstr("Muster checkagent"));
}

}  // namespace
}  // namespace muster::checkagent
