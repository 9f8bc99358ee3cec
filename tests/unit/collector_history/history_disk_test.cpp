// SPDX-License-Identifier: Apache-2.0
#include "collector/history/history_disk.hpp"

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::collector {

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'700'000'040}};

}  // namespace

TEST(HistoryDisk, MovesADamagedFileAsideAndOverwritesNothing)
{
  const test::TemporaryDirectory folder;
  const std::filesystem::path path = folder.write("a.rrd", "first");
  const auto first = move_aside(path, now);
  folder.write("a.rrd", "second");
  const auto second = move_aside(path, now);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->filename(), "a.rrd.corrupt-1700000040");
  EXPECT_NE(*first, *second);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(move_aside(path, now));
}

TEST(HistoryDisk, MakesEveryFolderOnTheWay)
{
  const test::TemporaryDirectory folder;
  EXPECT_TRUE(make_folder_of(folder.path("a/b/c.rrd")));
  EXPECT_TRUE(std::filesystem::is_directory(folder.path("a/b")));
  EXPECT_TRUE(make_folder_of(folder.path("a/b/d.rrd")));
}

TEST(HistoryDisk, NamesThePathThatCannotBe)
{
  const test::TemporaryDirectory folder;
  const auto made = make_folder_of(folder.write("file", "") + "/a.rrd");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("/file/a.rrd"), std::string::npos);
}

}  // namespace muster::collector
