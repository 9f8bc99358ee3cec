// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/job_store.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace muster::node {

using test::TemporaryDirectory;

namespace {

using namespace std::chrono_literals;
using protocol::Time;
using testing::HasSubstr;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};

JobRecord job(const std::string& id, JobState state = JobState::running, Time finished = noon)
{
  JobRecord record;
  record.id = id;
  record.caller = "alice@ops1";
  record.agent = "package";
  record.action = "update";
  record.inputs["package"] = "nginx";
  record.state = state;
  record.started = noon - 1min;
  record.deadline = noon + 1h;
  record.finished = finished;
  record.message = "OK";
  record.data["version"] = "1.2";
  return record;
}

class JobStoreTest : public testing::Test {
protected:
  JobStore open(Time now = noon) { return JobStore{directory.path("jobs"), now}; }

  void write(const std::string& file, const std::string& text)
  {
    std::filesystem::create_directories(directory.path("jobs"));
    std::ofstream{directory.path("jobs") + "/" + file} << text;
  }

  TemporaryDirectory directory;
};

TEST(AJobRecord, IsReadAsItWasWritten)
{
  const auto read = parse_job_record(encode(job("abc", JobState::failed)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, "abc");
  EXPECT_EQ(read->caller, "alice@ops1");
  EXPECT_EQ(read->agent, "package");
  EXPECT_EQ(read->action, "update");
  EXPECT_EQ(read->inputs, job("abc").inputs);
  EXPECT_EQ(read->state, JobState::failed);
  EXPECT_EQ(read->started, noon - 1min);
  EXPECT_EQ(read->deadline, noon + 1h);
  EXPECT_EQ(read->finished, noon);
  EXPECT_EQ(read->data, job("abc").data);
}

TEST(AJobRecord, IsAlwaysShortEnoughToBeReadAgain)
{
  auto large = job("abc", JobState::done);
  large.inputs["package"] = std::string(200'000, 'i');
  large.data["text"] = std::string(500'000, '\x01');
  large.message = std::string(100'000, 'm');
  const auto text = encode(large);
  EXPECT_LE(text.size(), largest_job_record);
  const auto read = parse_job_record(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(std::string{std::string_view{read->data.at("text").as_string()}}, HasSubstr("cut"));
}

TEST(AJobRecord, ThatIsBrokenIsNamed)
{
  for (const auto* text : {"", "{", "[]", R"({"job": 1})", R"({"job": "a", "state": "asleep"})"}) {
    const auto read = parse_job_record(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr("job"));
  }
}

TEST(AJobRecord, TellsItsInputsAndMessageOnlyInFull)
{
  const auto full = to_json(job("abc", JobState::done), true);
  const auto less = to_json(job("abc", JobState::done), false);
  EXPECT_TRUE(full.contains("inputs") && full.contains("message"));
  EXPECT_FALSE(less.contains("inputs") || less.contains("message"));
  EXPECT_FALSE(full.contains("data"));
}

TEST_F(JobStoreTest, KeepsWhatAJobGaveAcrossARestart)
{
  ASSERT_TRUE(open().keep(job("abc", JobState::done), noon));
  const auto store = open();
  ASSERT_NE(store.find("abc"), nullptr);
  EXPECT_EQ(store.find("abc")->state, JobState::done);
  const auto read = store.read("abc");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->data, job("abc").data);
  EXPECT_FALSE(store.problem());
}

TEST_F(JobStoreTest, CallsAJobThatRanAtTheLastStopInterrupted)
{
  ASSERT_TRUE(open().keep(job("abc"), noon));
  static_cast<void>(open(noon + 5min));
  const auto store = open(noon + 10min);
  EXPECT_EQ(store.find("abc")->state, JobState::interrupted);
  EXPECT_EQ(store.find("abc")->finished, noon + 5min) << "it is written down when it is first seen";
  EXPECT_THAT(store.find("abc")->message, HasSubstr("may be done in part"));
}

TEST_F(JobStoreTest, HoldsNoResultsInMemory)
{
  auto store = open();
  auto large = job("abc", JobState::done);
  large.inputs["package"] = std::string(100'000, 'i');
  ASSERT_TRUE(store.keep(large, noon));
  EXPECT_TRUE(store.find("abc")->data.empty());
  EXPECT_TRUE(store.find("abc")->inputs.empty());
}

TEST_F(JobStoreTest, ForgetsJobsThatEndedLongAgo)
{
  auto store = open();
  ASSERT_TRUE(store.keep(job("old", JobState::done, noon), noon));
  ASSERT_TRUE(store.keep(job("runs"), noon));
  const auto later = noon + JobStore::kept_for + 1h;
  ASSERT_TRUE(store.keep(job("new", JobState::done, later), later));
  EXPECT_EQ(store.find("old"), nullptr);
  EXPECT_NE(store.find("runs"), nullptr);
  EXPECT_FALSE(std::filesystem::exists(directory.path("jobs") + "/old.json"));
}

TEST_F(JobStoreTest, ForgetsTheJobThatEndedFirstWhenThereAreTooMany)
{
  auto store = open();
  ASSERT_TRUE(store.keep(job("runs"), noon));
  for (std::size_t i = 0; i < JobStore::most_kept - 1; ++i) {
    ASSERT_TRUE(
        store.keep(job("j" + std::to_string(i), JobState::done, noon + std::chrono::seconds{i}), noon));
  }
  ASSERT_TRUE(store.keep(job("new"), noon));
  EXPECT_EQ(store.records().size(), JobStore::most_kept);
  EXPECT_EQ(store.find("j0"), nullptr);
  EXPECT_NE(store.find("j1"), nullptr);
  EXPECT_NE(store.find("runs"), nullptr);
}

TEST_F(JobStoreTest, NamesAFileThatIsNoJobAndGoesOn)
{
  write("broken.json", "{");
  write("other.json", encode(job("abc", JobState::done)));
  write("notes.txt", "not looked at");
  auto store = open();
  ASSERT_TRUE(store.problem());
  EXPECT_THAT(*store.problem(), HasSubstr("remove it"));
  EXPECT_TRUE(store.records().empty());
  EXPECT_TRUE(store.keep(job("good"), noon));
}

TEST_F(JobStoreTest, BeginsNothingThatItCannotWriteDown)
{
  std::ofstream{directory.path("jobs")} << "a file where the folder should be";
  auto store = open();
  EXPECT_TRUE(store.problem());
  const auto kept = store.keep(job("abc"), noon);
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().message, HasSubstr("jobs"));
  EXPECT_EQ(store.find("abc"), nullptr);
}

TEST_F(JobStoreTest, KnowsTheEndOfAJobAlsoWhenTheDiskTakesNoMore)
{
  auto store = open();
  ASSERT_TRUE(store.keep(job("abc"), noon));
  std::filesystem::remove_all(directory.path("jobs"));
  EXPECT_FALSE(store.keep(job("abc", JobState::done), noon));
  EXPECT_EQ(store.find("abc")->state, JobState::done);
  EXPECT_TRUE(store.problem());
  std::filesystem::create_directories(directory.path("jobs"));
  EXPECT_TRUE(store.keep(job("abc", JobState::done), noon));
  EXPECT_FALSE(store.problem()) << "it is well again";
}

TEST_F(JobStoreTest, ReadsNoJobThatItDoesNotHave)
{
  const auto read = open().read("../../etc/passwd");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace muster::node
