// SPDX-License-Identifier: Apache-2.0
#include "cli/run_watch.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {
namespace {

using namespace samples;
using Seen = RunSchedule::Seen;

NodeAccount telling(std::string name, const std::string& data, int status = 0)
{
  auto account = answered(std::move(name));
  account.answer->status = status;
  account.answer->data = protocol::parse_object(data).value();
  return account;
}

std::string job(const std::string& id, const std::string& state, const std::string& action = "run")
{
  return R"({"job": ")" + id + R"(", "caller": "bob@ops1", "agent": "backup", "action": ")" + action +
         R"(", "started": 1000, "state": ")" + state + R"(", "finished": 2000})";
}

NodeAccount with_jobs(std::string name, const std::string& jobs)
{
  return telling(std::move(name), R"({"jobs": [)" + jobs + "]}");
}

// What is seen of web1 where its job is "mine", if it was started.
Seen seen(const NodeAccount& node, const StartedJobs& own = {})
{
  const auto sights = sights_of_jobs(report_of({node}), "backup", "run", own);
  const auto found = sights.find("web1");
  return found == sights.end() ? Seen::silent : found->second.does;
}

const StartedJobs mine{{"web1", "mine"}};

TEST(SightsOfJobs, ANodeWithoutJobsIsIdle)
{
  EXPECT_EQ(seen(with_jobs("web1", "")), Seen::idle);
}

TEST(SightsOfJobs, WhateverRunsOfTheActionCountsWhoeverBeganIt)
{
  EXPECT_EQ(seen(with_jobs("web1", job("other", "running"))), Seen::running);
  EXPECT_EQ(seen(with_jobs("web1", job("other", "running", "restore"))), Seen::idle);
  EXPECT_EQ(seen(with_jobs("web1", job("other", "done"))), Seen::idle);
}

TEST(SightsOfJobs, TheOwnJobSpeaksForItsNode)
{
  EXPECT_EQ(seen(with_jobs("web1", job("mine", "running")), mine), Seen::running);
  EXPECT_EQ(seen(with_jobs("web1", job("mine", "done")), mine), Seen::over);
  EXPECT_EQ(seen(with_jobs("web1", job("mine", "done") + "," + job("other", "running")), mine), Seen::over);
  for (const auto* state : {"failed", "cancelled", "interrupted"}) {
    EXPECT_EQ(seen(with_jobs("web1", job("mine", state)), mine), Seen::failed) << state;
  }
}

TEST(SightsOfJobs, AJobThatIsNotListedAnyMoreIsNotRunning)
{
  EXPECT_EQ(seen(with_jobs("web1", ""), mine), Seen::idle);
}

TEST(SightsOfJobs, WhatWasDoneAtOnceIsOver)
{
  EXPECT_EQ(seen(with_jobs("web1", ""), {{"web1", ""}}), Seen::over);
}

TEST(SightsOfJobs, ANodeThatFailsToTellIsSilent)
{
  EXPECT_EQ(seen(telling("web1", "{}", 1)), Seen::silent);
  EXPECT_EQ(seen(lost("web1")), Seen::silent);
}

TEST(SightsOfJobs, NonsenseIsNoRun)
{
  EXPECT_EQ(seen(telling("web1", R"({"jobs": "many"})")), Seen::idle);
  EXPECT_EQ(seen(with_jobs("web1", R"({"job": "mine", "state": 7})"), mine), Seen::failed);
}

TEST(SightsOfStatus, TellRunningIdleAndDisabled)
{
  const auto sights = sights_of_status(
      report_of(
          {telling("a", R"({"applying": true, "enabled": false})"),
           telling("b", R"({"applying": false, "enabled": true})"),
           telling("c", R"({"applying": false, "enabled": false})"),
           telling("d", "{}", 1)}),
      {});
  EXPECT_EQ(sights.at("a").does, Seen::running);
  EXPECT_EQ(sights.at("b").does, Seen::idle);
  EXPECT_EQ(sights.at("c").does, Seen::disabled);
  EXPECT_FALSE(sights.contains("d"));
}

// What is seen of web1, where a run was begun at 1000 by its own clock.
RunSchedule::Sight seen_of_run(const std::string& told)
{
  const auto node = telling("web1", R"({"enabled": true)" + told + "}");
  return sights_of_status(report_of({node}), {{"web1", 1000}}).at("web1");
}

TEST(SightsOfStatus, TheOwnRunSpeaksForItsNode)
{
  EXPECT_EQ(seen_of_run(R"(, "run_began": 1000, "run_state": "running")").does, Seen::running);
  EXPECT_EQ(seen_of_run(R"(, "run_began": 1000, "run_state": "done")").does, Seen::over);
  const auto failed =
      seen_of_run(R"(, "run_began": 1000, "run_state": "failed", "run_message": "no catalog")");
  EXPECT_EQ(failed.does, Seen::failed);
  EXPECT_EQ(failed.why, "failed: no catalog");
}

TEST(SightsOfStatus, ARunWhoseEndNobodySawIsNotTakenForWell)
{
  EXPECT_EQ(seen_of_run(R"(, "run_began": 1000, "run_state": "interrupted")").does, Seen::failed);
  EXPECT_EQ(seen_of_run(R"(, "run_began": 1001, "run_state": "done")").does, Seen::failed);
  EXPECT_EQ(
      seen_of_run(R"(, "applying": true, "run_began": 1000, "run_state": "interrupted")").does,
      Seen::running);
}

TEST(SightsOfStatus, ANodeThatDoesNotTellOfTheRunIsOnlySeenRunningOrNot)
{
  for (const auto* told :
       {"",
        R"(, "run_began": 999, "run_state": "failed")",
        R"(, "run_began": "1000", "run_state": "failed")",
        R"(, "run_began": 1000, "run_state": "dancing")",
        R"(, "run_began": 1000, "run_state": 7)"}) {
    EXPECT_EQ(seen_of_run(told).does, Seen::idle) << told;
  }
}

TEST(SightsOfStatus, TheEndOfAnEarlierRunIsNothingToANodeThatWaits)
{
  const auto node =
      telling("web1", R"({"enabled": true, "run_began": 1000, "run_state": "failed", "run_message": "x"})");
  EXPECT_EQ(sights_of_status(report_of({node}), {}).at("web1").does, Seen::idle);
}

TEST(BegunRuns, AreKnownByWhatTheNodeTellsOfTheirBeginning)
{
  BegunRuns begun;
  add_begun_run(begun, telling("a", R"({"initiated_at": 1000})"));
  add_begun_run(begun, telling("b", R"({"initiated_at": "now"})"));
  add_begun_run(begun, telling("c", "{}"));
  EXPECT_EQ(begun, (BegunRuns{{"a", 1000}}));
}

TEST(ToldBy, PuppetTellsOfItsRunsAndJobsOfAllElse)
{
  EXPECT_EQ(told_by("puppet", "runonce"), ToldBy::status);
  EXPECT_EQ(told_by("puppet", "enable"), ToldBy::jobs);
  EXPECT_EQ(told_by("backup", "runonce"), ToldBy::jobs);
}

}  // namespace
}  // namespace muster::cli
