// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/batch_folder.hpp"

#include <fstream>
#include <grp.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {

namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path)
{
  struct stat status {};

  ::stat(path.c_str(), &status);
  return status.st_mode & 07777U;
}

}  // namespace

TEST(BatchFolder, IsMadeForTheGroupThatNagiosRunsAs)
{
  const test::TemporaryDirectory folder;
  const auto path = folder.path() / "batches";
  const std::string group = ::getgrgid(::getegid())->gr_name;
  ASSERT_TRUE(BatchFolder::make(path, group));
  EXPECT_EQ(mode_of(path), 0770U);
  EXPECT_TRUE(BatchFolder::make(path, group)) << "one that is there stays";
  EXPECT_TRUE(BatchFolder::open(path));
}

TEST(BatchFolder, IsNotMadeForAGroupThatIsNotThere)
{
  const test::TemporaryDirectory folder;
  const auto made = BatchFolder::make(folder.path() / "batches", "no-such-group");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("no-such-group"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder.path() / "batches"));
}

TEST(BatchFolder, IsForOneAtATime)
{
  const test::TemporaryDirectory folder;
  {
    const auto first = BatchFolder::open(folder.path());
    ASSERT_TRUE(first);
    const auto second = BatchFolder::open(folder.path());
    ASSERT_FALSE(second) << "it would sweep away what the first one has handed over";
    EXPECT_NE(second.error().message.find("in use"), std::string::npos);
  }
  EXPECT_TRUE(BatchFolder::open(folder.path()));
}

TEST(BatchFolder, IsNotOneThatEverybodyMayWriteTo)
{
  const test::TemporaryDirectory folder;
  fs::permissions(folder.path(), fs::perms::all);
  const auto opened = BatchFolder::open(folder.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::denied);
}

TEST(BatchFolder, WritesWhatEverybodyInTheFolderMayReadWhateverTheMask)
{
  const test::TemporaryDirectory folder;
  const auto batches = BatchFolder::open(folder.path());
  const auto mask = ::umask(077);
  const auto written = batches->write("one", "text");
  ::umask(mask);
  ASSERT_TRUE(written);
  EXPECT_EQ(mode_of(folder.path() / "one"), 0644U);
  EXPECT_FALSE(batches->write("one", "other")) << "nothing that Nagios may be reading is written again";
  std::ifstream file{folder.path() / "one"};
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "text");
}

TEST(BatchFolder, HasAFileUntilItIsUnlinked)
{
  const test::TemporaryDirectory folder;
  const auto batches = BatchFolder::open(folder.path());
  ASSERT_TRUE(batches->write("one", "text"));
  EXPECT_TRUE(batches->has("one"));
  EXPECT_TRUE(batches->remove("one"));
  EXPECT_FALSE(batches->has("one"));
  EXPECT_FALSE(batches->remove("one"));
}

TEST(BatchFolder, IsNotIntactAfterItWasRemovedOrReplaced)
{
  const test::TemporaryDirectory folder;
  const auto path = folder.path() / "batches";
  fs::create_directory(path);
  const auto batches = BatchFolder::open(path);
  EXPECT_TRUE(batches->intact());
  fs::rename(path, folder.path() / "elsewhere");
  EXPECT_FALSE(batches->intact());
  fs::create_directory(path);
  EXPECT_FALSE(batches->intact());
}

TEST(BatchFolder, SweepsOnlyWhatIsOurs)
{
  const test::TemporaryDirectory folder;
  for (const char* name : {"ours", "ours.ok", "theirs", "theirs.ok"}) {
    folder.write(name, "x");
  }
  BatchFolder::open(folder.path())->sweep([](const fs::path& path) { return path.filename() == "ours"; });
  EXPECT_FALSE(fs::exists(folder.path() / "ours"));
  EXPECT_FALSE(fs::exists(folder.path() / "ours.ok"));
  EXPECT_TRUE(fs::exists(folder.path() / "theirs"));
  EXPECT_TRUE(fs::exists(folder.path() / "theirs.ok"));
}

}  // namespace muster::bridge
