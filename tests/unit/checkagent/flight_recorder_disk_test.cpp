// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "checkagent/flight_recorder.hpp"
#include "tests/unit/checkagent/recorder_rig.hpp"

namespace muster::checkagent {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t first_epoch = 1'772'353'800'000;

// While it lives, no file of this process can grow beyond `bytes`: a write fails in the middle, as on a full
// disk, whoever runs the test.
class FilesEndAt {
public:
  explicit FilesEndAt(rlim_t bytes)
  {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }

  FilesEndAt(const FilesEndAt&) = delete;
  FilesEndAt& operator=(const FilesEndAt&) = delete;
  FilesEndAt(FilesEndAt&&) = delete;
  FilesEndAt& operator=(FilesEndAt&&) = delete;

  ~FilesEndAt() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
  rlimit before_{};
};

}  // namespace

TEST(FlightRecorderDisk, PublishesWhatItCannotKeepAndRecovers)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path()));
  recorder.record(result_named("a", 1'000), recorder_now);
  {
    const FilesEndAt here{2'000};
    EXPECT_EQ(2, recorder.record(result_named("b", 1'000), recorder_now).seq);
    EXPECT_EQ(3, recorder.record(result_named("c", 1'000), recorder_now).seq);
    EXPECT_EQ(
        "flight recorder: cannot write " + first_segment(folder.path()).string() +
            ": No space left on device; results are not kept",
        recorder.health());
    EXPECT_EQ("+gap", shown(recorder.since({first_epoch, 1})));
    EXPECT_EQ("", shown(recorder.since({first_epoch, 3})));
  }
  EXPECT_EQ(4, recorder.record(result_named("d"), recorder_now).seq);
  EXPECT_FALSE(recorder.health());
  EXPECT_EQ("a d +gap", shown(recorder.since({first_epoch, 0})));
  EXPECT_EQ("d ", shown(recorder.since({first_epoch, 3})));
}

TEST(FlightRecorderDisk, LeavesATraceOfWhatItCouldNotKeepAtItsEnd)
{
  const ScratchFolder folder;
  const ScratchFolder crashed;
  {
    auto recorder = open_recorder(recorder_in(folder.path()));
    recorder.record(result_named("a", 1'000), recorder_now);
    const FilesEndAt here{2'000};
    recorder.record(result_named("b", 1'000), recorder_now);
    std::filesystem::copy(folder.path(), crashed.path(), std::filesystem::copy_options::recursive);
  }
  const auto after_crash = open_recorder(recorder_in(crashed.path()), recorder_now + 1h);
  EXPECT_TRUE(after_crash.since({first_epoch, 1}).gap);
  const auto after_close = open_recorder(recorder_in(folder.path()), recorder_now + 1h);
  EXPECT_TRUE(after_close.since({first_epoch, 1}).gap);
  EXPECT_FALSE(after_close.since({first_epoch, 2}).gap);
}

TEST(FlightRecorderDisk, BeginsWithoutAFolderAndTakesItWhenItCan)
{
  const ScratchFolder folder;
  const auto wanted = folder.path() / "state" / "recorder";
  rewrite(folder.path() / "state", "a file where the folder should be");
  auto recorder = open_recorder(recorder_in(wanted));
  ASSERT_TRUE(recorder.health());
  EXPECT_TRUE(recorder.health()->starts_with("flight recorder: cannot make " + wanted.string()));
  EXPECT_EQ(1, recorder.record(result_named("a"), recorder_now).seq);
  EXPECT_EQ("+gap", shown(recorder.since({first_epoch, 0})));

  std::filesystem::remove(folder.path() / "state");
  EXPECT_EQ(2, recorder.record(result_named("b"), recorder_now).seq);
  EXPECT_FALSE(recorder.health());
  EXPECT_EQ("b +gap", shown(recorder.since({first_epoch, 0})));
  EXPECT_EQ("b ", shown(recorder.since({first_epoch, 1})));
}

namespace {

constexpr int mounts_forbidden = 77;

// Whether `condition` holds; says so if not. For processes that have no test framework of their own.
bool holds(bool condition, const char* what)
{
  if (!condition) {
    std::cerr << "does not hold: " << what << "\n";
  }
  return condition;
}

bool small_disk_mounted(const std::filesystem::path& on)
{
  const int spaces = CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER);
  return ::unshare(spaces) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("muster-test", on.c_str(), "tmpfs", 0, "size=256k") == 0;
}

// These run in a process of their own, on a disk of 256 KiB.
bool lives_on_a_full_disk(const std::filesystem::path& disk)
{
  auto recorder = open_recorder(recorder_in(disk / "recorder"));
  rewrite(disk / "ballast", std::string(200'000, 'b'));
  int kept = 0;
  while (!recorder.health() && kept < 1'000) {
    recorder.record(result_named(std::to_string(kept++), 1'000), recorder_now);
  }
  const bool told = holds(
      recorder.health() && recorder.health()->ends_with(": No space left on device; results are not kept"),
      "health tells of the full disk");
  const bool gap = holds(recorder.since({first_epoch, 0}).gap, "the loss is a gap");
  std::filesystem::remove(disk / "ballast");
  const auto message = recorder.record(result_named("after", 1'000), recorder_now);
  const bool healthy = holds(!recorder.health(), "healthy again");
  return told && gap && healthy &&
         holds(shown(recorder.since({first_epoch, message.seq - 1})) == "after ", "kept again");
}

bool starts_on_a_full_disk(const std::filesystem::path& disk)
{
  for (int i = 0; i < 4; ++i) {
    std::ofstream{disk / ("ballast" + std::to_string(i))} << std::string(100'000, 'b');
  }
  auto recorder = open_recorder(recorder_in(disk / "second"));
  recorder.record(result_named("lost"), recorder_now);
  const bool told =
      holds(recorder.health().has_value(), "health tells of the disk that was full at the start");
  std::filesystem::remove(disk / "ballast0");
  recorder.record(result_named("kept"), recorder_now);
  return told && holds(!recorder.health(), "healthy when there is room") &&
         holds(shown(recorder.since({first_epoch, 0})) == "kept +gap", "kept what came then");
}

bool starts_on_a_read_only_disk(const std::filesystem::path& disk)
{
  const int remounted = ::mount(nullptr, disk.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr);
  auto recorder = open_recorder(recorder_in(disk / "recorder"), recorder_now + 1h);
  const auto seq = recorder.record(result_named("lost"), recorder_now).seq;
  return holds(remounted == 0, "remount") && holds(seq == 1, "has its place") &&
         holds(recorder.head().results > 0, "still gives what it has") &&
         holds(
             recorder.health() &&
                 recorder.health()->ends_with(": Read-only file system; results are not kept"),
             "health tells of the read-only disk");
}

}  // namespace

TEST(FlightRecorderDisk, LivesOnAFullDisk)
{
  const ScratchFolder folder;
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (!small_disk_mounted(folder.path())) {
      ::_exit(mounts_forbidden);
    }
    const bool lives = lives_on_a_full_disk(folder.path()) && starts_on_a_full_disk(folder.path()) &&
                       starts_on_a_read_only_disk(folder.path());
    ::_exit(lives ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  // In a container that forbids mounts, the tests above with files that cannot grow must do.
  EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == mounts_forbidden);
}

}  // namespace muster::checkagent
