// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_config_files.hpp"

#include <chrono>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/checkagent/temporary_directory.hpp"

namespace muster::checkagent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Lets the clock of the file system go on, so that the next reading sees finished files.
void let_file_times_pass()
{
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
}

// No file can be opened, as when the limit of open files is reached.
class NoDescriptorsLeft {
public:
  NoDescriptorsLeft()
  {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }

  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft(NoDescriptorsLeft&&) = delete;
  NoDescriptorsLeft& operator=(NoDescriptorsLeft&&) = delete;

  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

class NrpeConfigFilesTest : public testing::Test {
protected:
  [[nodiscard]] std::string main_file() const { return directory_.path("nrpe.cfg"); }

  const TemporaryDirectory directory_;  // NOLINT(readability-identifier-naming)
};

TEST_F(NrpeConfigFilesTest, ReadsTheRealFilesWithTheirFolders)
{
  directory_.write(
      "nrpe.cfg",
      "command[a]=/bin/a\ninclude=" + directory_.path("local.cfg") +
          "\ninclude_dir=" + directory_.path("nrpe.d") + "/\n");
  directory_.write("local.cfg", "command[b]=/bin/b\n");
  directory_.write("nrpe.d/c.cfg", "command[c]=/bin/c\n");
  directory_.write("nrpe.d/c.cfg.dpkg-old", "command[d]=/bin/d\n");
  NrpeConfigFiles files{main_file()};
  const auto reading = files.reload();
  EXPECT_EQ(reading.table.commands.size(), 3U);
  EXPECT_THAT(reading.health, IsEmpty());
  EXPECT_THAT(
      files.paths_read(),
      UnorderedElementsAre(
          main_file(),
          directory_.path("local.cfg"),
          directory_.path("nrpe.d"),
          directory_.path("nrpe.d/c.cfg")));
}

TEST_F(NrpeConfigFilesTest, CountsTheLinesBeforeAFaultAtTheFirstReading)
{
  directory_.write("nrpe.cfg", "command[a]=/bin/a\nbroken\ncommand[b]=/bin/b\n");
  const auto reading = NrpeConfigFiles{main_file()}.reload();
  EXPECT_TRUE(reading.table.commands.contains("a"));
  EXPECT_FALSE(reading.table.commands.contains("b"));
  ASSERT_EQ(reading.table.faults.size(), 1U);
  EXPECT_THAT(reading.health, ElementsAre(HasSubstr(":2: no value")));
}

TEST_F(NrpeConfigFilesTest, KeepsTheLastGoodVersionOfAFileThatBreaksLater)
{
  directory_.write("nrpe.cfg", "include_dir=" + directory_.path("nrpe.d") + "\n");
  directory_.write("nrpe.d/a.cfg", "command[a1]=/bin/a\ncommand[a2]=/bin/a\n");
  directory_.write("nrpe.d/b.cfg", "command[b1]=/bin/b\n");
  NrpeConfigFiles files{main_file()};
  files.reload();
  directory_.write("nrpe.d/a.cfg", "command[a1]=/bin/new\nbroken\n");
  directory_.write("nrpe.d/b.cfg", "command[b2]=/bin/b\n");

  const auto reading = files.reload();
  EXPECT_EQ(reading.table.commands.at("a1").line, "/bin/a");
  EXPECT_TRUE(reading.table.commands.contains("a2"));
  EXPECT_FALSE(reading.table.commands.contains("b1"));
  EXPECT_TRUE(reading.table.commands.contains("b2"));
  EXPECT_THAT(reading.health, ElementsAre(HasSubstr("a.cfg:2: no value")));
  EXPECT_THAT(reading.health.front(), HasSubstr("last good version of the file stays in force"));
}

TEST_F(NrpeConfigFilesTest, TakesARepairedFileAgain)
{
  directory_.write("nrpe.cfg", "command[a]=/bin/old\n");
  NrpeConfigFiles files{main_file()};
  files.reload();
  directory_.write("nrpe.cfg", "broken\n");
  files.reload();
  directory_.write("nrpe.cfg", "command[a]=/bin/new\n");
  const auto reading = files.reload();
  EXPECT_EQ(reading.table.commands.at("a").line, "/bin/new");
  EXPECT_THAT(reading.health, IsEmpty());
}

TEST_F(NrpeConfigFilesTest, StandsInForANamedFileThatVanishes)
{
  directory_.write("nrpe.cfg", "include=" + directory_.path("local.cfg") + "\n");
  const auto local = directory_.write("local.cfg", "command[a]=/bin/a\n");
  NrpeConfigFiles files{main_file()};
  files.reload();
  std::filesystem::remove(local);
  const auto reading = files.reload();
  EXPECT_TRUE(reading.table.commands.contains("a"));
  EXPECT_THAT(reading.health, ElementsAre(HasSubstr("No such file")));
}

TEST_F(NrpeConfigFilesTest, ForgetsAFileThatItsFolderNoLongerLists)
{
  directory_.write("nrpe.cfg", "include_dir=" + directory_.path("nrpe.d") + "\n");
  const auto file = directory_.write("nrpe.d/a.cfg", "command[a]=/bin/a\n");
  NrpeConfigFiles files{main_file()};
  files.reload();
  std::filesystem::remove(file);
  EXPECT_FALSE(files.reload().table.commands.contains("a"));
}

TEST_F(NrpeConfigFilesTest, KeepsTheListingOfAFolderThatVanishes)
{
  directory_.write("nrpe.cfg", "include_dir=" + directory_.path("nrpe.d") + "\n");
  directory_.write("nrpe.d/a.cfg", "command[a]=/bin/a\n");
  NrpeConfigFiles files{main_file()};
  files.reload();
  std::filesystem::remove_all(directory_.path("nrpe.d"));
  const auto reading = files.reload();
  EXPECT_TRUE(reading.table.commands.contains("a"));
  EXPECT_EQ(reading.health.size(), 2U);
}

TEST_F(NrpeConfigFilesTest, SaysThatTheMainFileIsMissing)
{
  const auto reading = NrpeConfigFiles{main_file()}.reload();
  EXPECT_THAT(reading.table.commands, IsEmpty());
  ASSERT_EQ(reading.table.faults.size(), 1U);
  EXPECT_THAT(reading.health, ElementsAre(HasSubstr("No such file")));
}

TEST_F(NrpeConfigFilesTest, DoesNotWaitForANamedPipe)
{
  ASSERT_EQ(::mkfifo(main_file().c_str(), 0600), 0);
  const auto reading = NrpeConfigFiles{main_file()}.reload();
  EXPECT_THAT(reading.health, ElementsAre(HasSubstr("not a regular file")));
}

TEST_F(NrpeConfigFilesTest, SeesAChangeOfAnythingThatItRead)
{
  directory_.write(
      "nrpe.cfg",
      "include=" + directory_.path("late.cfg") + "\ninclude_dir=" + directory_.path("nrpe.d") + "\n");
  directory_.write("nrpe.d/a.cfg", "command[a]=/bin/a\n");
  NrpeConfigFiles files{main_file()};
  let_file_times_pass();
  files.reload();
  EXPECT_FALSE(files.changed_on_disk());

  directory_.write("nrpe.d/a.cfg", "command[a]=/bin/other\n");
  EXPECT_TRUE(files.changed_on_disk());
  let_file_times_pass();
  files.reload();
  EXPECT_FALSE(files.changed_on_disk());

  directory_.write("late.cfg", "command[b]=/bin/b\n");
  EXPECT_TRUE(files.changed_on_disk());
  let_file_times_pass();
  files.reload();

  directory_.write("nrpe.d/new.cfg", "command[c]=/bin/c\n");
  EXPECT_TRUE(files.changed_on_disk());
  let_file_times_pass();
  files.reload();

  std::filesystem::remove(directory_.path("nrpe.d/new.cfg"));
  EXPECT_TRUE(files.changed_on_disk());
}

TEST_F(NrpeConfigFilesTest, SeesAFileReplacedByOneOfTheSameSizeAndTime)
{
  const auto file = directory_.write("nrpe.cfg", "command[a]=/bin/a\n");
  NrpeConfigFiles files{main_file()};
  let_file_times_pass();
  files.reload();
  const auto time = std::filesystem::last_write_time(file);
  const auto other = directory_.write("other", "command[b]=/bin/b\n");
  std::filesystem::last_write_time(other, time);
  std::filesystem::rename(other, file);
  EXPECT_TRUE(files.changed_on_disk());
}

TEST_F(NrpeConfigFilesTest, ReadsAFileAgainThatItReadAtTheMomentOfItsChange)
{
  const auto file = directory_.write("nrpe.cfg", "command[a]=/bin/a\n");
  NrpeConfigFiles files{main_file()};
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now());
  files.reload();
  EXPECT_TRUE(files.changed_on_disk());
  let_file_times_pass();
  files.reload();
  EXPECT_FALSE(files.changed_on_disk());
}

TEST_F(NrpeConfigFilesTest, ReadsAgainWhatItCouldNotOpenForALackOfDescriptors)
{
  directory_.write("nrpe.cfg", "include_dir=" + directory_.path("nrpe.d") + "\n");
  directory_.write("nrpe.d/a.cfg", "command[a]=/bin/old\n");
  NrpeConfigFiles files{main_file()};
  files.reload();
  directory_.write("nrpe.d/a.cfg", "command[a]=/bin/new\n");
  let_file_times_pass();
  {
    const NoDescriptorsLeft trouble;
    const auto reading = files.reload();
    EXPECT_EQ(reading.table.commands.at("a").line, "/bin/old");
    EXPECT_EQ(reading.health.size(), 3U);
  }
  EXPECT_TRUE(files.changed_on_disk());
  const auto reading = files.reload();
  EXPECT_EQ(reading.table.commands.at("a").line, "/bin/new");
  EXPECT_THAT(reading.health, IsEmpty());
  EXPECT_FALSE(files.changed_on_disk());
}

TEST_F(NrpeConfigFilesTest, WaitsForAFileThatIsMissingInsteadOfReadingAgainAndAgain)
{
  directory_.write("nrpe.cfg", "include=" + directory_.path("late.cfg") + "\n");
  NrpeConfigFiles files{main_file()};
  let_file_times_pass();
  files.reload();
  EXPECT_FALSE(files.changed_on_disk());
}

}  // namespace
}  // namespace muster::checkagent
