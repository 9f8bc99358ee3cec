// SPDX-License-Identifier: Apache-2.0
#include "checkagent/flight_recorder.hpp"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/checkagent/recorder_rig.hpp"

namespace muster::checkagent {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t first_epoch = 1'772'353'800'000;

void record_many(FlightRecorder& recorder, int count, std::size_t details = 0)
{
  for (int i = 0; i < count; ++i) {
    recorder.record(result_named(std::to_string(i), details), recorder_now);
  }
}

std::uintmax_t bytes_in(const std::filesystem::path& folder)
{
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    bytes += file.file_size();
  }
  return bytes;
}

}  // namespace

TEST(FlightRecorder, GivesEachResultItsPlaceAndKeepsIt)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path() / "recorder"));
  EXPECT_FALSE(recorder.health());
  EXPECT_EQ((Cursor{first_epoch, 0}), recorder.head().last);

  const auto first = recorder.record(result_named("a"), recorder_now + 1s);
  EXPECT_EQ("web1", first.node);
  EXPECT_EQ(first_epoch, first.epoch);
  EXPECT_EQ(1, first.seq);
  EXPECT_EQ(recorder_now + 1s, first.now);
  EXPECT_EQ(2, recorder.record(result_named("b"), recorder_now).seq);

  EXPECT_EQ("a b ", shown(recorder.since({first_epoch, 0})));
  EXPECT_EQ("b ", shown(recorder.since({first_epoch, 1})));
  EXPECT_EQ("", shown(recorder.since({first_epoch, 2})));
  EXPECT_EQ(2U, recorder.head().results);
  EXPECT_EQ((Cursor{first_epoch, 1}), recorder.head().oldest);
}

TEST(FlightRecorder, GivesBackExactlyWhatWasPublished)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path()));
  auto result = result_named("Zürich 日本 \"quoted\"\ttab", 3000);
  result.details += "\nsecond line\x01";
  const auto published = recorder.record(std::move(result), recorder_now);
  const auto page = recorder.since({});
  ASSERT_EQ(1U, page.results.size());
  EXPECT_EQ(protocol::encode(published), protocol::encode(page.results.front()));
}

TEST(FlightRecorder, BeginsAnEpochAtEveryStartAndKeepsTheOldOnes)
{
  const ScratchFolder folder;
  {
    auto recorder = open_recorder(recorder_in(folder.path()));
    recorder.record(result_named("a"), recorder_now);
  }
  auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + 1h);
  EXPECT_EQ((Cursor{first_epoch + 3'600'000, 0}), recorder.head().last);
  recorder.record(result_named("b"), recorder_now + 1h);
  EXPECT_EQ("a b ", shown(recorder.since({})));
  EXPECT_EQ("b ", shown(recorder.since({first_epoch, 1})));
}

TEST(FlightRecorder, NeverGoesBackToAnEarlierEpochWithTheClock)
{
  const ScratchFolder folder;
  {
    auto recorder = open_recorder(recorder_in(folder.path()));
    recorder.record(result_named("a"), recorder_now);
  }
  {
    auto recorder = open_recorder(recorder_in(folder.path()), recorder_now - 24h);
    EXPECT_EQ(first_epoch + 1, recorder.head().last.epoch);
  }
  // An epoch without results counts as well, even if only the note is left of it.
  for (const auto& file : std::filesystem::directory_iterator{folder.path()}) {
    if (file.path().extension() == ".jsonl") {
      std::filesystem::remove(file.path());
    }
  }
  auto recorder = open_recorder(recorder_in(folder.path()), recorder_now - 24h);
  EXPECT_EQ(first_epoch + 2, recorder.head().last.epoch);
}

TEST(FlightRecorder, KnowsEpochsThatHadNoResults)
{
  const ScratchFolder folder;
  for (int start = 0; start < 3; ++start) {
    auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + std::chrono::hours{start});
  }
  auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + 3h);
  recorder.record(result_named("a"), recorder_now);
  for (int start = 0; start <= 3; ++start) {
    EXPECT_EQ("a ", shown(recorder.since({first_epoch + start * 3'600'000, 0}))) << start;
  }
  EXPECT_EQ("a +gap", shown(recorder.since({first_epoch + 5, 0})));
}

TEST(FlightRecorder, HasAGapIfTheMachineWentDownWithoutClosing)
{
  const ScratchFolder folder;
  const ScratchFolder crashed;
  auto recorder = open_recorder(recorder_in(folder.path()));
  recorder.record(result_named("a"), recorder_now);
  std::filesystem::copy(folder.path(), crashed.path(), std::filesystem::copy_options::recursive);
  auto settings = recorder_in(crashed.path());
  settings.boot = "boot-2";
  EXPECT_EQ("+gap", shown(open_recorder(settings).since({first_epoch, 1})));
}

TEST(FlightRecorder, HasNoGapIfItWasClosedBeforeTheMachineWentDown)
{
  const ScratchFolder folder;
  {
    auto recorder = open_recorder(recorder_in(folder.path()));
    recorder.record(result_named("a"), recorder_now);
  }
  auto settings = recorder_in(folder.path());
  settings.boot = "boot-2";
  EXPECT_EQ("", shown(open_recorder(settings).since({first_epoch, 1})));
}

TEST(FlightRecorder, DropsTheOldestWhenThereAreTooMany)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path(), {100, RingLimits{}.bytes}));
  for (int i = 0; i < 1'000; ++i) {
    recorder.record(result_named(std::to_string(i)), recorder_now);
    ASSERT_LE(recorder.head().results, 100U);
    ASSERT_GE(recorder.head().results, i < 90 ? static_cast<std::size_t>(i + 1) : 90U);
  }
  const auto oldest = recorder.head().oldest;
  EXPECT_FALSE(recorder.since({oldest.epoch, oldest.seq - 1}).gap);
  EXPECT_TRUE(recorder.since({oldest.epoch, oldest.seq - 2}).gap);
  EXPECT_EQ(recorder.head().results, recorder.since({}, 1'000'000).results.size());
}

TEST(FlightRecorder, DropsTheOldestWhenTheyAreTooLarge)
{
  const ScratchFolder folder;
  constexpr std::uint64_t limit = smallest_ring;
  auto recorder = open_recorder(recorder_in(folder.path(), {10'000, limit}));
  for (int i = 0; i < 40; ++i) {
    record_many(recorder, 1, static_cast<std::size_t>(i) * 3'500);
    ASSERT_LE(bytes_in(folder.path()), limit);
  }
  EXPECT_GE(recorder.head().results, 2U);
  EXPECT_FALSE(recorder.health());
}

TEST(FlightRecorder, ObeysALimitThatBecameSmaller)
{
  const ScratchFolder folder;
  {
    auto recorder = open_recorder(recorder_in(folder.path()));
    record_many(recorder, 2'500);
  }
  auto recorder = open_recorder(recorder_in(folder.path(), {10, smallest_ring}), recorder_now + 1h);
  record_many(recorder, 1);
  EXPECT_LE(recorder.head().results, 10U);
  EXPECT_GE(recorder.head().results, 1U);
}

TEST(FlightRecorder, DoesNotGrowWithRestarts)
{
  const ScratchFolder folder;
  for (int start = 0; start < 300; ++start) {
    auto recorder = open_recorder(recorder_in(folder.path(), {10, smallest_ring}));
  }
  EXPECT_LE(bytes_in(folder.path()), 32U * 1'024);
}

TEST(FlightRecorder, LoadsAFullRingAndGivesItInPages)
{
  const ScratchFolder folder;
  {
    auto recorder = open_recorder(recorder_in(folder.path()));
    record_many(recorder, 10'500, 200);
  }
  auto recorder = open_recorder(recorder_in(folder.path()), recorder_now + 1h);
  const auto head = recorder.head();
  EXPECT_GE(head.results, 9'000U);
  EXPECT_LE(head.results, 10'000U);
  Cursor cursor{head.oldest.epoch, head.oldest.seq - 1};
  std::size_t results = 0;
  for (bool more = true; more;) {
    const auto page = recorder.since(cursor);
    std::size_t bytes = 0;
    for (const auto& message : page.results) {
      ASSERT_EQ(cursor.seq + 1, message.seq);
      cursor = {message.epoch, message.seq};
      bytes += protocol::encode(message).size();
    }
    ASSERT_LE(bytes, FlightRecorder::largest_page);
    ASSERT_FALSE(page.gap || page.results.empty());
    results += page.results.size();
    more = page.more;
  }
  EXPECT_EQ(head.results, results);
  EXPECT_EQ(10'500, cursor.seq);
}

}  // namespace muster::checkagent
