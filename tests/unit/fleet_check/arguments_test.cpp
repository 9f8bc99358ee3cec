// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::fleet_check {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Words = std::vector<std::string>;

Arguments read(const Words& words)
{
  const auto arguments = read_arguments(words);
  EXPECT_TRUE(arguments) << arguments.error().message;
  return arguments.value_or(Arguments{});
}

std::string why_not(const Words& words)
{
  const auto arguments = read_arguments(words);
  EXPECT_FALSE(arguments);
  return arguments ? "" : arguments.error().message;
}

TEST(Arguments, AreThoseOfANagiosPluginAndTheFiltersOfMco)
{
  const auto arguments =
      read({"-k",  "check_load", "-w",     "3",      "-c",   "10%", "-F",       "os=deb",   "-C",
            "web", "-I",         "/^web/", "-A",     "nrpe", "-W",  "a b=c",    "-S",       "x and y",
            "-S",  "z",          "-T",     "europe", "-t",   "2.5", "--strict", "--config", "/x.yaml"});
  EXPECT_EQ(arguments.wanted, Arguments::Wanted::check);
  EXPECT_EQ(arguments.check, "check_load");
  ASSERT_TRUE(arguments.thresholds.warning && arguments.thresholds.critical);
  EXPECT_FALSE(arguments.thresholds.warning->percent);
  EXPECT_TRUE(arguments.thresholds.critical->percent);
  EXPECT_THAT(arguments.nodes.facts, ElementsAre("os=deb"));
  EXPECT_THAT(arguments.nodes.classes, ElementsAre("web"));
  EXPECT_THAT(arguments.nodes.identities, ElementsAre("/^web/"));
  EXPECT_THAT(arguments.nodes.agents, ElementsAre("nrpe"));
  EXPECT_THAT(arguments.nodes.combined, ElementsAre("a b=c"));
  EXPECT_THAT(arguments.nodes.compounds, ElementsAre("x and y", "z"));
  EXPECT_EQ(arguments.nodes.collective, "europe");
  EXPECT_EQ(arguments.timeout, 2500ms);
  EXPECT_TRUE(arguments.strict);
  EXPECT_EQ(arguments.config, "/x.yaml");
}

TEST(Arguments, HaveLongNamesToo)
{
  const auto arguments = read(
      {"--check=check_load",
       "--warning=1",
       "--critical",
       "2",
       "--hostname",
       "web1",
       "--with-class=web",
       "--timeout=5",
       "--target",
       "asia"});
  EXPECT_EQ(arguments.check, "check_load");
  EXPECT_TRUE(arguments.thresholds.given());
  EXPECT_THAT(arguments.nodes.identities, ElementsAre("web1"));
  EXPECT_THAT(arguments.nodes.classes, ElementsAre("web"));
  EXPECT_EQ(arguments.nodes.collective, "asia");
  EXPECT_EQ(arguments.timeout, 5s);
}

TEST(Arguments, NeedNothingButACheck)
{
  const auto arguments = read({"-kcheck_load"});
  EXPECT_FALSE(arguments.thresholds.given());
  EXPECT_FALSE(arguments.strict);
  EXPECT_EQ(arguments.timeout, 10s);
  EXPECT_FALSE(arguments.config);
  EXPECT_THAT(arguments.check_arguments, IsEmpty());
}

TEST(Arguments, OfTheCheckAreAllWordsAfterTheA)
{
  EXPECT_THAT(
      read({"-k", "check_disk", "-H", "web1", "-a", "-w", "10%", "-h", "/home"}).check_arguments,
      ElementsAre("-w", "10%", "-h", "/home"));
  EXPECT_THAT(read({"-k", "check_disk", "--args", "10%", "/"}).check_arguments, ElementsAre("10%", "/"));
  EXPECT_THAT(why_not({"-k", "check_disk", "-a", "10%", ""}), HasSubstr("must not be empty"));
}

TEST(Arguments, AskForHelpOrVersionWhateverElseIsWrong)
{
  EXPECT_EQ(read({"-h"}).wanted, Arguments::Wanted::help);
  EXPECT_EQ(read({"--nonsense", "-w", "x", "--help"}).wanted, Arguments::Wanted::help);
  EXPECT_EQ(read({"-V"}).wanted, Arguments::Wanted::version);
  EXPECT_EQ(read({"--version", "-h"}).wanted, Arguments::Wanted::version);
}

TEST(Arguments, ThatAreWrongAreNamed)
{
  EXPECT_THAT(why_not({}), HasSubstr("which check? name one with -k"));
  EXPECT_THAT(why_not({"-x", "-k", "a"}), HasSubstr("unknown option '-x'"));
  EXPECT_THAT(why_not({"-k", "a", "--nonsense=1"}), HasSubstr("unknown option '--nonsense=1'"));
  EXPECT_THAT(why_not({"-k", "a", "--strict=1"}), HasSubstr("unknown option '--strict=1'"));
  EXPECT_THAT(why_not({"-k"}), HasSubstr("option '-k' needs a value"));
  EXPECT_THAT(why_not({"-k", "a", "--config"}), HasSubstr("option '--config' needs a value"));
  EXPECT_THAT(why_not({"-k", "a", "-a"}), HasSubstr("option '-a' needs a value"));
  EXPECT_THAT(why_not({"-k", "a", "web1", "-w", "3"}), HasSubstr("what is 'web1'?"));
  EXPECT_THAT(why_not({"-k", "a", "-w", "x"}), HasSubstr("-w: 'x' is no threshold range"));
  EXPECT_THAT(why_not({"-k", "a", "-c", "9:1"}), HasSubstr("-c: "));
}

TEST(Arguments, ThatAreEmptyDoNotWidenACheckToTheWholeFleet)
{
  for (const auto* option : {"-H", "-I", "-F", "-C", "-A", "-W", "-S", "-T", "-k", "-w", "-c", "-t"}) {
    EXPECT_THAT(why_not({"-k", "a", option, ""}), HasSubstr("expected something, and got nothing")) << option;
    EXPECT_THAT(why_not({"-k", "a", option, " \t"}), HasSubstr("expected something")) << option;
  }
  EXPECT_THAT(why_not({"-k", "a", "--config="}), HasSubstr("--config: expected something"));
}

TEST(Arguments, TakeOnlyATimeThatIsOne)
{
  for (const auto* text : {"0", "-1", "x", "3601", "1e9", "nan", "10s"}) {
    EXPECT_THAT(why_not({"-k", "a", "-t", text}), HasSubstr("-t: expected seconds")) << text;
  }
  EXPECT_EQ(read({"-k", "a", "-t", "0.0001"}).timeout, 1ms) << "rounded up, never to nothing";
  EXPECT_EQ(read({"-k", "a", "-t", "3600"}).timeout, 1h);
}

TEST(Arguments, AreExplainedAndEachOptionIs)
{
  for (const auto* option :
       {"-k,",
        "-H,",
        "-w,",
        "-c,",
        "-t,",
        "--strict",
        "--config",
        "-a,",
        "-h,",
        "-V,",
        "-I,",
        "-F,",
        "-C,",
        "-A,",
        "-W,",
        "-S,",
        "-T,"}) {
    EXPECT_THAT(help_text(), HasSubstr(std::string{" "} + option));
  }
  EXPECT_THAT(version_text(), HasSubstr("check_mco v"));
}

}  // namespace
}  // namespace muster::fleet_check
