// SPDX-License-Identifier: Apache-2.0
#include "checkagent/recorder_agent.hpp"

#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/unit/checkagent/recorder_rig.hpp"

namespace muster::checkagent {

namespace {

namespace json = protocol::json;

std::string asked(const FlightRecorder& recorder, std::string_view action, const std::string& data)
{
  const auto reply = run_recorder_action(recorder, action, *protocol::parse_object(data));
  return reply ? json::serialize(*reply) : reply.error().message;
}

}  // namespace

TEST(RecorderAgent, TellsWhereTheHistoryEnds)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path()));
  EXPECT_EQ(
      R"({"epoch":1772353800000,"seq":0,"oldest_epoch":0,"oldest_seq":0,"results":0})",
      asked(recorder, "head", "{}"));
  recorder.record(result_named("a"), recorder_now);
  recorder.record(result_named("b"), recorder_now);
  EXPECT_EQ(
      R"({"epoch":1772353800000,"seq":2,"oldest_epoch":1772353800000,"oldest_seq":1,"results":2})",
      asked(recorder, "head", "{}"));
}

TEST(RecorderAgent, GivesTheResultsBehindACursor)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path()));
  recorder.record(result_named("a"), recorder_now);
  const auto published = recorder.record(result_named("b"), recorder_now);
  EXPECT_EQ(
      R"({"results":[)" + protocol::encode(published) +
          R"(],"more":false,"gap":false,"head":)"
          R"({"epoch":1772353800000,"seq":2,"oldest_epoch":1772353800000,"oldest_seq":1,"results":2}})",
      asked(recorder, "since", R"({"epoch":1772353800000,"seq":1})"));
}

TEST(RecorderAgent, SaysThatThereIsMoreOrAGap)
{
  const ScratchFolder folder;
  auto recorder = open_recorder(recorder_in(folder.path()));
  for (int i = 0; i < 20; ++i) {
    recorder.record(result_named("a", 10'000), recorder_now);
  }
  const auto reply =
      run_recorder_action(recorder, "since", *protocol::parse_object(R"({"epoch":5,"seq":5})"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(6U, reply->at("results").as_array().size());
  EXPECT_TRUE(reply->at("more").as_bool());
  EXPECT_TRUE(reply->at("gap").as_bool());
}

TEST(RecorderAgent, RefusesWhatItCannotRead)
{
  const ScratchFolder folder;
  const auto recorder = open_recorder(recorder_in(folder.path()));
  EXPECT_EQ("agent recorder has no action erase", asked(recorder, "erase", "{}"));
  const std::string expected = ": expected an integer from 0 to 9007199254740992";
  EXPECT_EQ("data.epoch" + expected, asked(recorder, "since", "{}"));
  EXPECT_EQ("data.seq" + expected, asked(recorder, "since", R"({"epoch":1})"));
  EXPECT_EQ("data.seq" + expected, asked(recorder, "since", R"({"epoch":1,"seq":"1"})"));
  EXPECT_EQ("data.seq" + expected, asked(recorder, "since", R"({"epoch":1,"seq":-1})"));
}

}  // namespace muster::checkagent
