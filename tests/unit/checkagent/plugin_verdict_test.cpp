// SPDX-License-Identifier: Apache-2.0
#include "checkagent/plugin_verdict.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using testing::HasSubstr;

struct Said {
  std::string output;
  std::string errors;
  std::size_t limit = default_output_limit;
};

PluginRun judge_end(const PluginEvidence& evidence, const Said& said)
{
  runtime::OutputCapture output{said.limit};
  runtime::OutputCapture errors{4096};
  output.append(said.output);
  errors.append(said.errors);
  return judge(evidence, output, errors);
}

PluginRun judge_exit(int code, const Said& said)
{
  return judge_end({PluginEnd::exited, code, {}, false, {}}, said);
}

class OwnWord : public testing::TestWithParam<int> {};

TEST_P(OwnWord, OfThePluginIsItsState)
{
  const auto run = judge_exit(GetParam(), {"all said|a=1\nmore", "noise"});
  EXPECT_EQ(static_cast<int>(run.state), GetParam());
  EXPECT_EQ(run.output.summary, "all said");
  EXPECT_EQ(run.output.details, "more");
  EXPECT_EQ(run.output.perfdata, "a=1");
  EXPECT_EQ(run.reason, "");
}

INSTANTIATE_TEST_SUITE_P(PluginVerdict, OwnWord, testing::Values(0, 1, 2, 3));

TEST(PluginVerdict, MakesAnyOtherExitStatusUnknownAndExplainsIt)
{
  const auto run = judge_exit(4, {"text\n", ""});
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_EQ(run.output.summary, "text (exit status 4, which is no state: a plugin ends with 0 to 3)");
  EXPECT_THAT(judge_exit(126, {}).reason, HasSubstr("may not execute"));
  EXPECT_THAT(judge_exit(127, {}).reason, HasSubstr("cannot find"));
  EXPECT_THAT(judge_exit(128 + SIGSEGV, {}).reason, HasSubstr("SIGSEGV"));
  EXPECT_THAT(judge_exit(255, {}).reason, HasSubstr("no state"));
}

TEST(PluginVerdict, NamesTheSignal)
{
  const auto run = judge_end({PluginEnd::signalled, SIGSEGV, {}, false, {}}, {"half\n", ""});
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_EQ(run.output.summary, "half (killed by SIGSEGV)");
  EXPECT_EQ(signal_name(SIGKILL), "SIGKILL");
  EXPECT_EQ(signal_name(99), "signal 99");
}

TEST(PluginVerdict, MakesSilenceUnknownWhateverTheStatus)
{
  const auto run = judge_exit(0, {"", "cannot open /dev/sda\nline two\n"});
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_EQ(run.output.summary, "printed nothing, exit status 0: cannot open /dev/sda");
  EXPECT_EQ(run.output.details, "standard error: cannot open /dev/sda\nline two");
  EXPECT_EQ(run.reason, run.output.summary);
}

TEST(PluginVerdict, LetsAnEmptyLineBeAnAnswer)
{
  EXPECT_EQ(judge_exit(0, {"\n", ""}).state, CheckState::ok);
}

TEST(PluginVerdict, KeepsWhatCameBeforeATimeoutInTheDetails)
{
  const PluginEvidence evidence{PluginEnd::timed_out, -1, std::chrono::milliseconds{2500}, false, {}};
  const auto run = judge_end(evidence, {"reading disk 1\nreading disk 2\n", ""});
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_EQ(run.output.summary, "timed out after 2.5 s");
  EXPECT_EQ(run.output.details, "reading disk 1\nreading disk 2");
}

TEST(PluginVerdict, SaysWhenATimedOutPluginCannotBeKilled)
{
  const PluginEvidence evidence{PluginEnd::timed_out, -1, std::chrono::seconds{10}, true, {}};
  EXPECT_EQ(judge_end(evidence, {}).output.summary, "timed out after 10 s, and could not be killed");
}

TEST(PluginVerdict, TellsWhyAPluginCouldNotStart)
{
  const auto run = judge_end({PluginEnd::could_not_start, -1, {}, false, "plugin not found: /x"}, {});
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_EQ(run.output.summary, "plugin not found: /x");
  EXPECT_EQ(run.reason, "plugin not found: /x");
}

TEST(PluginVerdict, MarksACutAndCutsBetweenWords)
{
  const auto run = judge_exit(0, {"OK|first=1000 second=2000", "", 22});
  EXPECT_TRUE(run.truncated);
  EXPECT_EQ(run.state, CheckState::ok);
  EXPECT_EQ(run.output.perfdata, "first=1000");
  EXPECT_EQ(run.output.details, "[output cut: 22 bytes of 25 bytes kept]");
}

TEST(PluginVerdict, CutsAnEndlessWordWhereItMust)
{
  const auto run = judge_exit(0, {std::string(100'000, 'B'), ""});
  EXPECT_EQ(run.output.summary.size(), default_output_limit);
  EXPECT_THAT(run.output.details, HasSubstr("64 KiB of 100000 bytes"));
}

TEST(PluginVerdict, MakesInvalidUtf8Valid)
{
  const auto run = judge_exit(4, {"caf\xe9 \xff", "\xc3"});
  EXPECT_THAT(run.output.summary, HasSubstr("caf\xef\xbf\xbd \xef\xbf\xbd"));
  EXPECT_THAT(run.reason, HasSubstr("\xef\xbf\xbd"));
}

TEST(PluginVerdict, KeepsAReasonOnOneLineOfBearableLength)
{
  const auto run = judge_exit(1, {"", std::string(4000, 'e')});
  EXPECT_LT(run.reason.size(), 400U);
  EXPECT_THAT(run.output.details, HasSubstr(std::string(4000, 'e')));
}

}  // namespace
}  // namespace muster::checkagent
