// SPDX-License-Identifier: Apache-2.0
#include "checkagent/macro_expansion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> two_arguments{"one", "two"};

TEST(MacroExpansion, PutsArgumentsInTheirPlaces)
{
  EXPECT_EQ(expand_macros("/bin/x -w $ARG1$ -c $ARG2$", two_arguments), "/bin/x -w one -c two");
  EXPECT_EQ(expand_macros("$ARG2$$ARG1$", two_arguments), "twoone");
}

TEST(MacroExpansion, MakesAMissingArgumentNothing)
{
  EXPECT_EQ(expand_macros("x $ARG3$ $ARG0$ $ARG17$ $ARGX$ $ARG$ y", two_arguments), "x      y");
}

TEST(MacroExpansion, ReadsTheNumberAsFarAsItIsOne)
{
  EXPECT_EQ(expand_macros("$ARG1x$ $ARG 2$", two_arguments), "one two");
}

TEST(MacroExpansion, MakesTwoDollarsOne)
{
  EXPECT_EQ(expand_macros("a$$b", two_arguments), "a$b");
}

TEST(MacroExpansion, LeavesOtherMacrosToTheShell)
{
  EXPECT_EQ(expand_macros("$USER1$/check", two_arguments), "$USER1$/check");
  EXPECT_EQ(expand_macros("'single $HOME' $HOME", {}), "'single $HOME' $HOME");
}

TEST(MacroExpansion, AddsADollarToALonelyOneAsNrpeDoes)
{
  EXPECT_EQ(expand_macros("/bin/echo $HOME", {}), "/bin/echo $HOME$");
  EXPECT_EQ(expand_macros("100$", {}), "100$");
}

TEST(MacroExpansion, DoesNotExpandWhatAnArgumentBrings)
{
  EXPECT_EQ(expand_macros("$ARG1$ $ARG2$", {"$ARG2$", "$$"}), "$ARG2$ $$");
}

TEST(MacroExpansion, HasSixteenArguments)
{
  const std::vector<std::string> many(20, "x");
  EXPECT_EQ(expand_macros("$ARG16$|$ARG17$", many), "x|");
}

TEST(SplitArguments, LosesEmptyOnesAndThoseAfterTheSixteenth)
{
  EXPECT_THAT(split_arguments("a!b!!c!"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_arguments("!a"), ElementsAre("a"));
  EXPECT_THAT(split_arguments(""), IsEmpty());
  EXPECT_THAT(split_arguments("!!!"), IsEmpty());
  EXPECT_THAT(split_arguments("1!2!3!4!5!6!7!8!9!10!11!12!13!14!15!16!17"), SizeIs(16));
}

std::string refusal(const NrpeSettings& settings, const std::vector<std::string>& arguments)
{
  const auto admitted = admit_request(settings, "check", arguments);
  return admitted ? "" : admitted.error().message;
}

NrpeSettings with_arguments_allowed()
{
  NrpeSettings settings;
  settings.dont_blame_nrpe = true;
  return settings;
}

TEST(AdmitRequest, RefusesArgumentsUntilTheNodeAllowsThem)
{
  EXPECT_EQ(refusal({}, {}), "");
  EXPECT_THAT(refusal({}, {"5"}), HasSubstr("dont_blame_nrpe=1"));
  EXPECT_EQ(refusal(with_arguments_allowed(), {"5"}), "");
}

TEST(AdmitRequest, RefusesEveryNastyCharacter)
{
  for (const char nasty : std::string{"|`&><'\\[]{};\r\n"}) {
    EXPECT_THAT(refusal(with_arguments_allowed(), {"ok", std::string{"a"} + nasty}), HasSubstr("argument 2"))
        << nasty;
  }
  EXPECT_EQ(refusal(with_arguments_allowed(), {"\"$HOME\" * ~ # ! ( )\t"}), "");
}

TEST(AdmitRequest, UsesTheNodesOwnSetOfNastyCharacters)
{
  auto settings = with_arguments_allowed();
  settings.nasty_metachars = "x";
  EXPECT_EQ(refusal(settings, {"a|b"}), "");
  EXPECT_NE(refusal(settings, {"axb"}), "");
}

TEST(AdmitRequest, AlwaysRefusesANulByte)
{
  auto settings = with_arguments_allowed();
  settings.nasty_metachars.clear();
  EXPECT_NE(refusal(settings, {std::string{"a\0b", 3}}), "");
}

TEST(AdmitRequest, RefusesCommandSubstitutionUnlessAllowed)
{
  auto settings = with_arguments_allowed();
  EXPECT_THAT(refusal(settings, {"$(id)"}), HasSubstr("allow_bash_command_substitution=1"));
  settings.allow_bash_command_substitution = true;
  EXPECT_EQ(refusal(settings, {"$(id)"}), "");
}

TEST(AdmitRequest, LooksAtTheNameOfTheCheckAsWell)
{
  const auto admitted = admit_request({}, "check;id", {});
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code, ErrorCode::denied);
}

}  // namespace
}  // namespace muster::checkagent
