// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
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
#include <vector>

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

std::filesystem::path first_segment(const std::filesystem::path& folder)
{
  return folder / segment_name(1);
}

std::string content(const std::filesystem::path& path)
{
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void rewrite(const std::filesystem::path& path, const std::string& text)
{
  std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
}

// A ring of one segment with results "0" to "9", closed.
void fill(const std::filesystem::path& folder)
{
  auto recorder = open_recorder(recorder_in(folder));
  for (int i = 0; i < 10; ++i) {
    recorder.record(result_named(std::to_string(i)), recorder_now);
  }
}

// Records until it is killed, and tells the number of each result as soon as it could be published.
[[noreturn]] void record_for_ever(const std::filesystem::path& folder, int told)
{
  auto recorder = open_recorder(recorder_in(folder));
  for (std::size_t i = 0;; ++i) {
    const auto seq = recorder.record(result_named("x", (i * 7'919) % 60'000), recorder_now).seq;
    if (::write(told, &seq, sizeof(seq)) != sizeof(seq)) {
      ::_exit(1);
    }
  }
}

// The last number that a recorder told before it was killed, after at least `results` of them.
std::int64_t last_before_kill(const std::filesystem::path& folder, int results)
{
  int ends[2];
  EXPECT_EQ(0, ::pipe(ends));
  const auto child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    record_for_ever(folder, ends[1]);
  }
  ::close(ends[1]);
  std::int64_t last = 0;
  for (int told = 0; ::read(ends[0], &last, sizeof(last)) == sizeof(last); ++told) {
    if (told == results) {
      ::kill(child, SIGKILL);
    }
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return last;
}

}  // namespace

TEST(FlightRecorderFaults, LosesNothingThatWasPublishedWhenItIsKilled)
{
  for (const int results : {0, 3, 20, 50}) {
    const ScratchFolder folder;
    const auto published = last_before_kill(folder.path(), results);
    ASSERT_GT(published, results);
    const auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + 1h);
    EXPECT_EQ(0U, recorder.damaged_lines());
    const auto page = recorder.since({first_epoch, 0}, 100'000'000);
    EXPECT_FALSE(page.gap || page.more);
    ASSERT_GE(page.results.size(), static_cast<std::size_t>(published));
    for (std::size_t i = 0; i < page.results.size(); ++i) {
      ASSERT_EQ(static_cast<std::int64_t>(i) + 1, page.results[i].seq);
    }
  }
}

TEST(FlightRecorderFaults, CutsOffATornLastLineAndGoesOn)
{
  const ScratchFolder folder;
  fill(folder.path());
  const auto whole = content(first_segment(folder.path()));
  rewrite(first_segment(folder.path()), whole + whole.substr(whole.size() - 200, 100));
  auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + 1h);
  EXPECT_EQ(0U, recorder.damaged_lines());
  recorder.record(result_named("next"), recorder_now);
  EXPECT_EQ("8 9 next ", shown(recorder.since({first_epoch, 8})));
  EXPECT_TRUE(content(first_segment(folder.path())).starts_with(whole));
}

TEST(FlightRecorderFaults, SkipsDamagedLinesAndSaysThatTheyAreMissing)
{
  const ScratchFolder folder;
  fill(folder.path());
  auto text = content(first_segment(folder.path()));
  text[text.find(R"("seq":5)")] = '\xff';
  rewrite(first_segment(folder.path()), text);
  const auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + 1h);
  EXPECT_EQ(1U, recorder.damaged_lines());
  EXPECT_EQ("0 1 2 3 5 6 7 8 9 +gap", shown(recorder.since({})));
  EXPECT_EQ("5 6 7 8 9 ", shown(recorder.since({first_epoch, 5})));
}

TEST(FlightRecorderFaults, HasNoProofOfAnEndThatIsDamaged)
{
  const ScratchFolder folder;
  fill(folder.path());
  const auto text = content(first_segment(folder.path()));
  rewrite(first_segment(folder.path()), text + "rubbish\n");
  EXPECT_EQ("+gap", shown(open_recorder(recorder_in(folder.path())).since({first_epoch, 10})));
}

TEST(FlightRecorderFaults, HasAGapWhereASegmentIsGone)
{
  const ScratchFolder folder;
  const RingLimits limits{30, RingLimits{}.bytes};  // three results a segment
  {
    auto recorder = open_recorder(recorder_in(folder.path(), limits));
    for (int i = 0; i < 9; ++i) {
      recorder.record(result_named(std::to_string(i)), recorder_now);
    }
  }
  std::filesystem::remove(folder.path() / segment_name(2));
  const auto recorder = open_recorder(recorder_in(folder.path(), limits), recorder_now + 1h);
  EXPECT_EQ(recorder.since({}).results.size(), recorder.head().results);
  EXPECT_TRUE(recorder.since({}).gap);
  EXPECT_FALSE(recorder.since({first_epoch, 6}).gap);
}

TEST(FlightRecorderFaults, SurvivesWhateverStandsInItsFiles)
{
  const std::vector<std::string> contents{
      "",
      "\n\n\n",
      std::string(5'000, '\0'),
      "{}\n[]\n",
      R"({"at":{"epoch":-1,"seq":0},"whole":true})"
      "\n",
      R"({"at":{"epoch":1,"seq":2},"whole":7})"
      "\n",
      R"({"at":5})"
      "\n",
      std::string(100'000, '[') + "\n",
      "{\"node\":\"web1\",\"epoch\":1,\"seq\":1}\n"};
  for (const auto& text : contents) {
    const ScratchFolder folder;
    rewrite(first_segment(folder.path()), text);
    rewrite(folder.path() / "epoch", text);
    auto recorder = open_recorder(recorder_in(folder.path()));
    recorder.record(result_named("a"), recorder_now);
    EXPECT_FALSE(recorder.health()) << text.substr(0, 80);
    EXPECT_EQ("a ", shown(recorder.since({recorder.head().last.epoch, 0})));
  }
}

TEST(FlightRecorderFaults, TakesNoResultsOfAnotherNode)
{
  const ScratchFolder folder;
  fill(folder.path());
  auto settings = recorder_in(folder.path());
  settings.node = "web2";
  const auto recorder = open_recorder(settings, recorder_now + 1h);
  EXPECT_EQ("+gap", shown(recorder.since({})));
}

TEST(FlightRecorderFaults, LetsOnlyOneProcessHaveAFolder)
{
  const ScratchFolder folder;
  const auto first = open_recorder(recorder_in(folder.path()));
  const auto second = FlightRecorder::open(recorder_in(folder.path()), recorder_now);
  ASSERT_FALSE(second);
  EXPECT_EQ(ErrorCode::denied, second.error().code);
  EXPECT_EQ(
      "flight recorder: " + (folder.path() / "lock").string() + " is locked by process " +
          std::to_string(::getpid()),
      second.error().message);
}

TEST(FlightRecorderFaults, PublishesWhatItCannotKeepAndRecovers)
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

TEST(FlightRecorderFaults, LeavesATraceOfWhatItCouldNotKeepAtItsEnd)
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

TEST(FlightRecorderFaults, BeginsWithoutAFolderAndTakesItWhenItCan)
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

TEST(FlightRecorderFaults, LivesOnAFullDisk)
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
