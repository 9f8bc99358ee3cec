// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_config.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/nrpe_config_file.hpp"

namespace muster::checkagent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = NrpeConfigSource::DirectoryEntry::Kind;

// Files and folders in memory.
class MemorySource : public NrpeConfigSource {
public:
  Expected<std::string> read_file(const std::string& path) override
  {
    read.push_back(path);
    const auto file = files.find(path);
    return file == files.end() ? failure(ErrorCode::io_failure, "No such file or directory")
                               : Expected<std::string>{file->second};
  }

  Expected<std::vector<DirectoryEntry>> list_directory(const std::string& path) override
  {
    const auto directory = directories.find(path);
    return directory == directories.end() ? failure(ErrorCode::io_failure, "No such file or directory")
                                          : Expected<std::vector<DirectoryEntry>>{directory->second};
  }

  std::map<std::string, std::string> files;
  std::map<std::string, std::vector<DirectoryEntry>> directories;
  std::vector<std::string> read;
};

CommandTable read(const std::string& text)
{
  MemorySource source;
  source.files["/nrpe.cfg"] = text;
  return read_nrpe_config("/nrpe.cfg", source);
}

std::string line_of(const CommandTable& table, const std::string& name)
{
  const auto found = table.commands.find(name);
  return found == table.commands.end() ? "(undefined)" : found->second.line;
}

TEST(NrpeConfig, ReadsACommandWithItsPlace)
{
  const auto table = read("# a comment\n\n  command[check_users]=/usr/lib/check_users -w 5 # -c 10  \r\n");
  ASSERT_TRUE(table.commands.contains("check_users"));
  const auto& command = table.commands.at("check_users");
  EXPECT_EQ(command.line, "/usr/lib/check_users -w 5 # -c 10");
  EXPECT_EQ(command.file, "/nrpe.cfg");
  EXPECT_EQ(command.line_number, 3U);
  EXPECT_TRUE(table.faults.empty());
  EXPECT_TRUE(table.warnings.empty());
}

TEST(NrpeConfig, KeepsWhatFollowsTheFirstEqualsSign)
{
  EXPECT_EQ(line_of(read("command[a]=/bin/echo a=b=c"), "a"), "/bin/echo a=b=c");
  EXPECT_EQ(line_of(read("command[a]= /bin/echo"), "a"), " /bin/echo");
  EXPECT_EQ(line_of(read("command[a] = /bin/echo"), "a"), " /bin/echo");
}

TEST(NrpeConfig, HasNoContinuationOfLines)
{
  const auto table = read("command[a]=/bin/echo \\\ncommand[b]=/bin/true\n");
  EXPECT_EQ(line_of(table, "a"), "/bin/echo \\");
  EXPECT_EQ(line_of(table, "b"), "/bin/true");
}

TEST(NrpeConfig, TakesTheNameFromTheFirstBrackets)
{
  EXPECT_TRUE(read("xcommand[n]=/bin/true").commands.contains("n"));
  EXPECT_TRUE(read("command[a b]=/bin/true").commands.contains("a b"));
  EXPECT_TRUE(read("command[n=/bin/true").commands.contains("n"));
  EXPECT_TRUE(read("command[n]x[m]=/bin/true").commands.contains("n"));
}

TEST(NrpeConfig, LetsTheLastDefinitionOfANameCountAndSaysSo)
{
  const auto table = read("command[a]=/bin/one\ncommand[a]=/bin/two\n");
  EXPECT_EQ(line_of(table, "a"), "/bin/two");
  ASSERT_EQ(table.warnings.size(), 1U);
  EXPECT_EQ(to_string(table.warnings[0]), "/nrpe.cfg:2: command[a] replaces the one of /nrpe.cfg:1");
}

TEST(NrpeConfig, ReadsEverySetting)
{
  const auto settings =
      read(
          "dont_blame_nrpe=1\nallow_bash_command_substitution=1\ncommand_prefix=/usr/bin/sudo\n"
          "command_timeout=20\nnasty_metachars=\\r\\n;\\\\\\'\nkeep_env_vars=LANG , LC_,\n"
          "nrpe_user=nagios\nnrpe_group=nagcmd\n")
          .settings;
  EXPECT_TRUE(settings.dont_blame_nrpe);
  EXPECT_TRUE(settings.allow_bash_command_substitution);
  EXPECT_EQ(settings.command_prefix, "/usr/bin/sudo");
  EXPECT_EQ(settings.command_timeout, std::chrono::seconds{20});
  EXPECT_EQ(settings.nasty_metachars, "\r\n;\\'");
  EXPECT_THAT(settings.keep_env_vars, ElementsAre("LANG", "LC_"));
  EXPECT_EQ(settings.nrpe_user, "nagios");
  EXPECT_EQ(settings.nrpe_group, "nagcmd");
}

TEST(NrpeConfig, HasNrpesDefaults)
{
  const auto settings = read("").settings;
  EXPECT_FALSE(settings.dont_blame_nrpe);
  EXPECT_FALSE(settings.allow_bash_command_substitution);
  EXPECT_EQ(settings.command_timeout, std::chrono::seconds{60});
  EXPECT_EQ(settings.nasty_metachars, "|`&><'\\[]{};\r\n");
}

TEST(NrpeConfig, TakesOnlyTheNumberOneForYes)
{
  EXPECT_FALSE(read("dont_blame_nrpe=2").settings.dont_blame_nrpe);
  EXPECT_FALSE(read("dont_blame_nrpe=yes").settings.dont_blame_nrpe);
  EXPECT_TRUE(read("dont_blame_nrpe= 1").settings.dont_blame_nrpe);
}

TEST(NrpeConfig, ExplainsADirectiveThatABlankMakesUnknown)
{
  const auto table = read("dont_blame_nrpe =1\nfoo=bar\n");
  EXPECT_FALSE(table.settings.dont_blame_nrpe);
  ASSERT_EQ(table.warnings.size(), 2U);
  EXPECT_THAT(table.warnings[0].message, HasSubstr("without a blank"));
  EXPECT_EQ(table.warnings[1].message, "unknown directive \"foo\"");
}

TEST(NrpeConfig, NamesEachUnusedDirectiveOnce)
{
  const auto table =
      read("server_port=5666\nallowed_hosts=::1\nserver_port=1\nssl_version=TLSv1.2+\nxdebug=1\n");
  EXPECT_THAT(
      table.settings.unused_directives, ElementsAre("server_port", "allowed_hosts", "ssl_version", "xdebug"));
  EXPECT_EQ(table.settings.listener.at("server_port"), "1") << "the last one counts";
  EXPECT_EQ(table.settings.listener.at("allowed_hosts"), "::1");
  EXPECT_TRUE(table.warnings.empty());
  EXPECT_TRUE(table.faults.empty());
}

struct FaultCase {
  std::string line;
  std::string expected;
};

class NrpeConfigFault : public testing::TestWithParam<FaultCase> {};

TEST_P(NrpeConfigFault, EndsTheFileAndKeepsTheLinesBefore)
{
  const auto table = read("command[before]=/bin/true\n" + GetParam().line + "\ncommand[after]=/bin/true\n");
  EXPECT_TRUE(table.commands.contains("before"));
  EXPECT_FALSE(table.commands.contains("after"));
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_EQ(table.faults[0].line_number, 2U);
  EXPECT_THAT(table.faults[0].message, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    EachKind,
    NrpeConfigFault,
    testing::Values(
        FaultCase{"command[x]", "no value"},
        FaultCase{"command[x]=", "no value"},
        FaultCase{"=/bin/true", "no value"},
        FaultCase{"===", "no value"},
        FaultCase{"command[]=/bin/true", "without a name"},
        FaultCase{"command_timeout=0", "number of seconds"},
        FaultCase{"command_timeout=soon", "number of seconds"},
        FaultCase{"command[x]=" + std::string(40'000, 'x'), "at most 32 KiB"},
        FaultCase{std::string{"command[x]=/bin/echo \0", 22}, "NUL"}));

TEST(NrpeConfig, ReadsALineThatNrpeWouldCutWholeAndSaysSo)
{
  const auto table = read("command[long]=/bin/echo " + std::string(3000, 'x'));
  EXPECT_EQ(line_of(table, "long").size(), 3010U);
  ASSERT_EQ(table.warnings.size(), 1U);
  EXPECT_THAT(table.warnings[0].message, HasSubstr("2046"));
}

TEST(NrpeConfig, CapsATimeoutThatNoClockCanHold)
{
  EXPECT_EQ(read("command_timeout=99999999999999").settings.command_timeout, std::chrono::hours{24});
}

TEST(NrpeConfig, IncludesFilesWhereTheyStand)
{
  MemorySource source;
  source.files["/nrpe.cfg"] = "command[a]=first\ninclude=/other\ncommand[b]=last\ninclude_file=/third\n";
  source.files["/other"] = "command[a]=second\ncommand[b]=second\n";
  source.files["/third"] = "command[c]=third\n";
  const auto table = read_nrpe_config("/nrpe.cfg", source);
  EXPECT_EQ(line_of(table, "a"), "second");
  EXPECT_EQ(line_of(table, "b"), "last");
  EXPECT_EQ(table.commands.at("c").file, "/third");
}

TEST(NrpeConfig, GoesOnAfterAFileThatIsMissing)
{
  const auto table = read("include=/none\ncommand[a]=/bin/true\n");
  EXPECT_TRUE(table.commands.contains("a"));
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_EQ(to_string(table.faults[0]), "/nrpe.cfg:1: cannot read \"/none\": No such file or directory");
}

TEST(NrpeConfig, GoesOnAfterAnIncludedFileThatIsBroken)
{
  MemorySource source;
  source.files["/nrpe.cfg"] = "include=/broken\ncommand[a]=/bin/true\n";
  source.files["/broken"] = "command[b]=/bin/true\nnonsense\ncommand[c]=/bin/true\n";
  const auto table = read_nrpe_config("/nrpe.cfg", source);
  EXPECT_TRUE(table.commands.contains("a"));
  EXPECT_TRUE(table.commands.contains("b"));
  EXPECT_FALSE(table.commands.contains("c"));
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_EQ(table.faults[0].file, "/broken");
}

TEST(NrpeConfig, ReadsADirectoryInOrderWithItsSubdirectories)
{
  MemorySource source;
  source.files["/nrpe.cfg"] = "include_dir=/d/\n";
  source.directories["/d"] = {
      {"z.cfg", Kind::file},
      {"a.cfg", Kind::file},
      {"m", Kind::directory},
      {".hidden.cfg", Kind::file},
      {".cfg", Kind::file},
      {"x.cfg.bak", Kind::file},
      {"folder.cfg", Kind::directory},
      {".git", Kind::directory},
      {"..", Kind::directory},
      {"pipe.cfg", Kind::other}};
  source.directories["/d/m"] = {{"n.cfg", Kind::file}};
  for (const auto* path : {"/d/z.cfg", "/d/a.cfg", "/d/.hidden.cfg", "/d/m/n.cfg"}) {
    source.files[path] = std::string{"command["}.append(path).append("]=/bin/true\n");
  }
  const auto table = read_nrpe_config("/nrpe.cfg", source);
  EXPECT_THAT(source.read, ElementsAre("/nrpe.cfg", "/d/.hidden.cfg", "/d/a.cfg", "/d/m/n.cfg", "/d/z.cfg"));
  EXPECT_EQ(table.commands.size(), 4U);
  EXPECT_TRUE(table.faults.empty());
}

TEST(NrpeConfig, SeesFilesThatGoRoundInACircle)
{
  MemorySource source;
  source.files["/nrpe.cfg"] = "include=/b\ncommand[a]=/bin/true\n";
  source.files["/b"] = "include=/nrpe.cfg\n";
  const auto table = read_nrpe_config("/nrpe.cfg", source);
  EXPECT_TRUE(table.commands.contains("a"));
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_THAT(table.faults[0].message, HasSubstr("circle"));
}

std::string include_of(int number)
{
  return std::string{"include=/"}.append(std::to_string(number)).append("\n");
}

TEST(NrpeConfig, EndsADescentThatIsTooDeep)
{
  MemorySource source;
  for (int i = 0; i < 30; ++i) {
    source.files["/" + std::to_string(i)] = include_of(i + 1);
  }
  const auto table = read_nrpe_config("/0", source);
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_THAT(table.faults[0].message, HasSubstr("levels deep"));
}

TEST(NrpeConfig, EndsAnExplosionOfIncludes)
{
  MemorySource source;
  for (int i = 0; i < 15; ++i) {
    const auto next = include_of(i + 1);
    source.files["/" + std::to_string(i)] = next + next + next;
  }
  source.files["/15"] = "command[a]=/bin/true\n";
  const auto table = read_nrpe_config("/0", source);
  EXPECT_LE(source.read.size(), 1024U);
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_THAT(table.faults[0].message, HasSubstr("1024"));
}

TEST(NrpeConfig, RefusesAFileThatIsTooLarge)
{
  const auto table = read(std::string(max_config_file_bytes + 1, '\n'));
  ASSERT_EQ(table.faults.size(), 1U);
  EXPECT_EQ(to_string(table.faults[0]), "/nrpe.cfg: larger than 1 MiB, expected an nrpe.cfg");
}

TEST(NrpeConfig, TellsTheFirstFaultOfATextByItself)
{
  EXPECT_FALSE(first_fault("f", "include=/nowhere\ncommand[a]=b\n"));
  const auto fault = first_fault("f", "command[a]=b\n\nbroken\nbroken\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->line_number, 3U);
}

TEST(NrpeConfig, UnescapesMetacharactersAsNrpeDoes)
{
  EXPECT_EQ(unescape_metachars(R"(\a\b\f\n\r\t\v\\\'\"\?)"), "\a\b\f\n\r\t\v\\'\"?");
  EXPECT_EQ(unescape_metachars("|`&\\"), "|`&\\");
}

}  // namespace
}  // namespace muster::checkagent
