// SPDX-License-Identifier: Apache-2.0
#include "checkagent/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

using testing::ElementsAre;

TEST(CommandLine, SplitsAPlainLineAtBlanks)
{
  EXPECT_THAT(
      words_to_execute("/usr/lib/nagios/plugins/check_disk  -w 20% -c 10% -p / "),
      ElementsAre("/usr/lib/nagios/plugins/check_disk", "-w", "20%", "-c", "10%", "-p", "/"));
  EXPECT_THAT(words_to_execute(" /bin/a_b.c:d,e@f+g=h-i"), ElementsAre("/bin/a_b.c:d,e@f+g=h-i"));
}

TEST(CommandLine, StartsWithAProgramThatCanBeTold)
{
  EXPECT_EQ(
      program_of("/usr/lib/nagios/plugins/check_disk -w '$ARG1$' | tail -1"),
      "/usr/lib/nagios/plugins/check_disk");
  EXPECT_EQ(program_of("  /bin/true"), "/bin/true");
  for (const auto* line :
       {"", " ", "sudo /bin/true", "/bin/true;/bin/false", "/opt/*/check x", "$USER1$/check", "A=/b /c"}) {
    EXPECT_EQ(program_of(line), "") << line;
  }
}

class ShellLine : public testing::TestWithParam<std::string> {};

TEST_P(ShellLine, GoesToTheShellUnchanged)
{
  EXPECT_THAT(words_to_execute(GetParam()), ElementsAre("/bin/sh", "-c", GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    AnythingThatIsNotPlain,
    ShellLine,
    testing::Values(
        "/bin/echo \"a b\"",
        "/bin/echo 'a'",
        "/bin/echo $HOME",
        "/bin/a | /bin/b",
        "/bin/a; /bin/b",
        "/bin/a & ",
        "/bin/a > /tmp/x",
        "/bin/a < /tmp/x",
        "/bin/echo *",
        "/bin/echo ?",
        "/bin/echo [a]",
        "/bin/echo ~",
        "/bin/echo # c",
        "/bin/echo !x",
        "/bin/echo a\tb",
        "/bin/echo a\\",
        "/bin/echo `id`",
        "/bin/echo (",
        "/bin/echo {a,b}",
        "/bin/echo \xc3\xa4",
        "echo",
        "LANG=C /bin/echo",
        "exec /bin/echo",
        ""));

}  // namespace
}  // namespace muster::checkagent
