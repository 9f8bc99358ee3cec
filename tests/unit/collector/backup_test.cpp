// SPDX-License-Identifier: Apache-2.0
//
// Copies of what another program writes at the same time.
#include "collector/backup/backup.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/backup/folder_copy.hpp"
#include "collector/backup/steady_copy.hpp"
#include "collector/store/store.hpp"

namespace muster::collector {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Backup : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("muster-backup-" + std::to_string(::getpid()));

  Backup() { fs::create_directories(folder); }

  ~Backup() override { fs::remove_all(folder); }

  Backup(const Backup&) = delete;
  Backup& operator=(const Backup&) = delete;
  Backup(Backup&&) = delete;
  Backup& operator=(Backup&&) = delete;

  [[nodiscard]] static std::string text_of(const fs::path& path)
  {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  static void write(const fs::path& path, const std::string& text)
  {
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
  }

  [[nodiscard]] BackupPlaces places(const std::string& name) const
  {
    return {"collector@mon1", folder / name / "collector.db", folder / name / "history", {}, {}};
  }
};

// As librrd does it: in two places, under a lock, with a pause that makes half of it likely to be seen.
[[noreturn]] void rewrite_for_ever(const fs::path& path, std::size_t size)
{
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    const std::string half(size / 2, letter);

    struct flock lock {};

    lock.l_type = F_WRLCK;
    ::fcntl(file, F_SETLKW, &lock);
    const auto first = ::pwrite(file, half.data(), half.size(), 0);
    ::usleep(1000);
    const auto second = ::pwrite(file, half.data(), half.size(), static_cast<off_t>(half.size()));
    lock.l_type = F_UNLCK;
    ::fcntl(file, F_SETLKW, &lock);
    if (file < 0 || first < 0 || second < 0) {
      ::_exit(1);
    }
    ::usleep(2000);
  }
}

TEST_F(Backup, ACopyOfAFileThatIsWrittenAllTheTimeIsNeverHalfOfARow)
{
  const auto from = folder / "file.rrd";
  const std::size_t size = 300'000;
  write(from, std::string(size, 'a'));
  const auto writer = ::fork();
  if (writer == 0) {
    rewrite_for_ever(from, size);
  }
  std::size_t copies = 0;
  for (int i = 0; i < 40; ++i) {
    const auto to = folder / ("copy" + std::to_string(i));
    if (copy_steadily(from, to)) {
      const auto bytes = text_of(to);
      EXPECT_EQ(bytes, std::string(size, bytes.front())) << "of one moment";
      ++copies;
    }
  }
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  EXPECT_GT(copies, 0U);
}

TEST_F(Backup, LeavesOutWhatWasMovedAsideAndWhatIsNoFile)
{
  write(folder / "history/web1/load.rrd", "rrd");
  write(folder / "history/web1/load.rrd.corrupt-17", "broken");
  fs::create_symlink("/etc/passwd", folder / "history/web1/link.rrd");
  const auto copied = copy_folder(folder / "history", folder / "copy", {});
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->files, 1U);
  EXPECT_EQ(copied->bytes, 3U);
  EXPECT_FALSE(fs::exists(folder / "copy/web1/link.rrd"));
}

TEST_F(Backup, OfAFolderThatIsNotThereIsAnEmptyOne)
{
  const auto copied = copy_folder(folder / "none", folder / "copy", {});
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->files, 0U);
  EXPECT_TRUE(fs::is_directory(folder / "copy"));
}

TEST_F(Backup, IsRestoredWithAllThatWasStored)
{
  fs::create_directories(folder / "one");
  {
    auto store = Store::open(places("one").database);
    ASSERT_TRUE(store) << store.error().message;
    Batch batch;
    batch.nodes.push_back({"web1", {7, 42}, "up", {}});
    ASSERT_TRUE(store->write(batch));
  }
  write(places("one").history / "web1/load.rrd", "rrd");
  const auto made = make_backup(places("one"), folder / "backup");
  ASSERT_TRUE(made) << made.error().message;
  const auto restored = restore_backup(folder / "backup", places("two"));
  ASSERT_TRUE(restored) << restored.error().message;
  auto store = Store::open(places("two").database);
  ASSERT_TRUE(store) << store.error().message;
  const auto nodes = store->nodes();
  ASSERT_EQ(nodes->size(), 1U);
  EXPECT_EQ(nodes->front().cursor, (Cursor{7, 42}));
  EXPECT_EQ(text_of(places("two").history / "web1/load.rrd"), "rrd");
}

TEST_F(Backup, OfNothingFailsAndLeavesNothing)
{
  const auto made = make_backup(places("none"), folder / "backup");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("nothing to back up"));
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(Backup, OfANewerCollectorIsNotRestored)
{
  Manifest manifest;
  manifest.collector = "collector@mon1";
  manifest.version = "9.9";
  manifest.schema = 1'000;
  write(folder / "backup/manifest.json", encode(manifest));
  const auto restored = restore_backup(folder / "backup", places("two"));
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr("newer collector: restore it with 9.9"));
}

TEST(BackupManifest, IsReadAsItWasWritten)
{
  Manifest manifest{
      "collector@mon1", "0.1.0", 3, protocol::Time{std::chrono::milliseconds{1'700'000'000'123}}, 5, 6, 7};
  const auto read = parse_manifest(encode(manifest));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(encode(*read), encode(manifest));
}

TEST(BackupManifest, OfAnotherFormatIsRefusedWithWhatToDo)
{
  const auto read =
      parse_manifest(R"({"format":2,"collector":"c@m","version":"3","schema":1,"made":1,"database_bytes":1,)"
                     R"("history_files":1,"history_bytes":1})");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("restore it with the collector that made it, 3"));
}

}  // namespace
}  // namespace muster::collector
