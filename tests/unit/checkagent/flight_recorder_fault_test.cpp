// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>
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

std::string content(const std::filesystem::path& path)
{
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
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

}  // namespace muster::checkagent
