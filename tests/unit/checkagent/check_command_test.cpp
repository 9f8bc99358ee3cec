// SPDX-License-Identifier: Apache-2.0
#include "checkagent/check_command.hpp"

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

const PluginAccount nagios{std::nullopt, "nagios", "/var/lib/nagios", "/usr/sbin/nologin"};

TEST(PluginEnvironment, IsWhatNrpeGives)
{
  EXPECT_THAT(
      plugin_environment({}, nagios, {{"LANG", "de_DE.UTF-8"}, {"PATH", "/opt/bin"}, {"SECRET", "x"}}),
      UnorderedElementsAre(
          Pair("HOME", "/var/lib/nagios"),
          Pair("IFS", " \t\n"),
          Pair("LOGNAME", "nagios"),
          Pair("NRPE_MULTILINESUPPORT", "1"),
          Pair("NRPE_PROGRAMVERSION", "4.1.0"),
          Pair("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"),
          Pair("PWD", "/"),
          Pair("SHELL", "/usr/sbin/nologin"),
          Pair("USER", "nagios")));
}

TEST(PluginEnvironment, KeepsVariablesByTheBeginningOfTheirName)
{
  NrpeSettings settings;
  settings.keep_env_vars = {"LC_", "HOME", "PATH"};
  const auto environment = plugin_environment(
      settings, nagios, {{"LC_ALL", "C"}, {"LC_TIME", "C"}, {"LANG", "C"}, {"HOME", "/h"}, {"PATH", "/p"}});
  EXPECT_THAT(environment, Contains(Pair("LC_ALL", "C")));
  EXPECT_THAT(environment, Contains(Pair("LC_TIME", "C")));
  EXPECT_THAT(environment, Not(Contains(Pair("LANG", "C"))));
  EXPECT_THAT(environment, Contains(Pair("HOME", "/h")));
  EXPECT_THAT(environment, Contains(Pair("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")));
}

TEST(PluginEnvironment, IsThatOfTheStartWhateverALibraryTakesOutLater)
{
  const auto at_start = environment_at_start();
  ASSERT_THAT(at_start, Contains(Pair("PATH", testing::_)));
  const std::string path = ::getenv("PATH");
  ::unsetenv("PATH");
  EXPECT_EQ(environment_at_start(), at_start);
  ::setenv("PATH", path.c_str(), 1);
}

CommandTable table_with(const std::string& line)
{
  CommandTable table;
  table.commands["check"] = {"check", line, "/nrpe.cfg", 1};
  return table;
}

TEST(MakePluginCommand, ExpandsTheLineAndTakesTheTimeout)
{
  auto table = table_with("/bin/check -w $ARG1$ $ARG2$");
  table.settings.dont_blame_nrpe = true;
  table.settings.command_timeout = std::chrono::seconds{20};
  const auto command = make_plugin_command(table, nagios, "check", {"5"});
  ASSERT_TRUE(command);
  EXPECT_EQ(command->command_line, "/bin/check -w 5 ");
  EXPECT_EQ(command->timeout, std::chrono::seconds{20});
  EXPECT_THAT(command->environment, Contains(Pair("USER", "nagios")));
}

TEST(MakePluginCommand, PutsThePrefixBeforeTheLine)
{
  auto table = table_with("/bin/check");
  table.settings.command_prefix = "/usr/bin/sudo";
  EXPECT_EQ(make_plugin_command(table, nagios, "check", {})->command_line, "/usr/bin/sudo /bin/check");
}

TEST(MakePluginCommand, RefusesWhatTheNodeDoesNotDefineOrAllow)
{
  const auto table = table_with("/bin/check");
  const auto unknown = make_plugin_command(table, nagios, "other", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_THAT(unknown.error().message, HasSubstr("command[other] is not defined"));
  EXPECT_EQ(make_plugin_command(table, nagios, "check", {"5"}).error().code, ErrorCode::denied);
}

TEST(MakePluginCommand, AnswersNrpesQuestionForTheVersion)
{
  EXPECT_THAT(make_plugin_command({}, nagios, "_NRPE_CHECK", {})->command_line, HasSubstr("checkagent"));
}

TEST(MakePluginCommand, RefusesALineThatTheKernelWouldRefuse)
{
  auto table = table_with("/bin/check $ARG1$ $ARG1$");
  table.settings.dont_blame_nrpe = true;
  const auto command = make_plugin_command(table, nagios, "check", {std::string(40'000, 'x')});
  ASSERT_FALSE(command);
  EXPECT_EQ(command.error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace muster::checkagent
