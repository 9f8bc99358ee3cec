// SPDX-License-Identifier: Apache-2.0
// The summary was written by Puppet 7.23.
#include "checkagent/actions/puppet_state.hpp"

#include <gtest/gtest.h>

#include "checkagent/actions/puppet_actions.hpp"

namespace muster::checkagent::actions {
namespace {

constexpr const char* summary_text = R"(---
version:
  config: 1795412716
  puppet: 7.23.0
application:
  run_mode: user
  initial_environment: production
resources:
  changed: 1
  corrective_change: 0
  failed: 1
  out_of_sync: 2
  total: 9
time:
  config_retrieval: 0.142026974
  total: 0.067065588
  last_run: 1795412716
)";

constexpr std::chrono::sys_seconds after_551_seconds{std::chrono::seconds{1795412716 + 551}};

bool only_7_lives(pid_t process)
{
  return process == 7;
}

PuppetState state_of(const PuppetFiles& files, bool started_one = false)
{
  return puppet_state(files, started_one, only_7_lives, after_551_seconds);
}

TEST(PuppetState, IsStoppedWithoutLocks)
{
  PuppetFiles files;
  files.summary = summary_text;
  const auto state = state_of(files);
  EXPECT_EQ(state.status(), "stopped");
  EXPECT_EQ(describe(state), "Currently stopped; last completed run 9 minutes 11 seconds ago");
  EXPECT_EQ(describe(state_of({})), "Currently stopped; last completed run unknown");
}

TEST(PuppetState, IsDisabledByALockAndTellsItsMessage)
{
  PuppetFiles files;
  files.disabled_lock = R"({"disabled_message":"kernel update"})";
  files.run_lock = "7";
  EXPECT_EQ(state_of(files).status(), "disabled");
  EXPECT_EQ(state_of(files).disable_message, "kernel update");
  EXPECT_TRUE(state_of(files).applying) << "a run that had begun goes on";
  files.disabled_lock = "";
  EXPECT_FALSE(state_of(files).enabled) << "an empty lock is a lock";
  files.disabled_lock = R"({"disabled_message":7})";
  EXPECT_EQ(state_of(files).disable_message, "");
}

TEST(PuppetState, IsApplyingWhileTheOwnerOfTheLockLives)
{
  PuppetFiles files;
  files.run_lock = "7\n";
  EXPECT_EQ(state_of(files).status(), "applying a catalog");
  for (const auto* text : {"8", "", "x7", "-1", "7x", "99999999999999999999"}) {
    files.run_lock = text;
    EXPECT_FALSE(state_of(files).applying) << text;
  }
  EXPECT_TRUE(state_of({}, true).applying) << "a run of ours that has no lock yet";
}

TEST(PuppetState, IsIdlingWhileItsDaemonWaits)
{
  PuppetFiles files;
  files.daemon_pid = "7";
  EXPECT_EQ(state_of(files).status(), "idling");
  files.run_lock = "7";
  EXPECT_EQ(state_of(files).status(), "applying a catalog");
  EXPECT_FALSE(state_of(files).idling());
}

TEST(PuppetState, SurvivesASummaryThatIsNone)
{
  PuppetFiles files;
  for (const auto* text :
       {"", "no: [yaml", "- a\n- b", "time: 7", "time:\n  last_run: [1]", "time:\n  last_run: 1e400"}) {
    files.summary = text;
    EXPECT_EQ(state_of(files).lastrun, 0) << text;
  }
}

JobNote note_of(JobNote::State state)
{
  JobNote note;
  note.state = state;
  note.started = protocol::Time{std::chrono::milliseconds{1'000'900}};
  return note;
}

TEST(PuppetState, TellsWhatBecameOfTheRunThatWasBegun)
{
  EXPECT_FALSE(to_json(state_of({})).contains("run_state")) << "none was";
  auto failed = note_of(JobNote::State::failed);
  failed.finished = protocol::Time{std::chrono::milliseconds{1'007'000}};
  failed.message = "no catalog";
  PuppetState state;
  state.begun_run = begun_run(failed, false);
  const auto data = to_json(state);
  EXPECT_EQ(data.at("run_state"), "failed");
  EXPECT_EQ(data.at("run_began"), 1000);
  EXPECT_EQ(data.at("run_ended"), 1007);
  EXPECT_EQ(data.at("run_message"), "no catalog");
}

TEST(PuppetState, ARunOfAProgramThatIsGoneIsInterrupted)
{
  EXPECT_EQ(begun_run(note_of(JobNote::State::running), true).state, "running");
  EXPECT_EQ(begun_run(note_of(JobNote::State::running), false).state, "interrupted");
  EXPECT_EQ(begun_run(note_of(JobNote::State::running), false).ended, 0);
  EXPECT_EQ(begun_run(note_of(JobNote::State::done), false).state, "done");
}

TEST(PuppetSummary, TellsResourcesAndTimes)
{
  const auto data = to_json(parse_puppet_summary(summary_text).value(), after_551_seconds);
  EXPECT_EQ(data.at("total_resources"), 9);
  EXPECT_EQ(data.at("failed_resources"), 1);
  EXPECT_EQ(data.at("out_of_sync_resources"), 2);
  EXPECT_EQ(data.at("config_version"), "1795412716");
  EXPECT_EQ(data.at("since_lastrun"), 551);
  EXPECT_DOUBLE_EQ(data.at("config_retrieval_time").as_double(), 0.142026974);
}

TEST(PuppetRun, HasOneWordForEachInput)
{
  const Words plain{"agent", "--onetime", "--no-daemonize", "--color=false", "--verbose", "--no-splay"};
  EXPECT_EQ(run_once_arguments({}), plain);
  const Words all{
      "agent",
      "--onetime",
      "--no-daemonize",
      "--color=false",
      "--verbose",
      "--noop",
      "--splay",
      "--use_cached_catalog",
      "--ignoreschedules",
      "--tags",
      "a,b",
      "--environment",
      "test"};
  EXPECT_EQ(
      run_once_arguments(
          {{"noop", true},
           {"splay", "yes"},
           {"use_cached_catalog", true},
           {"ignoreschedules", true},
           {"tags", "a,b"},
           {"environment", "test"}}),
      all);
  EXPECT_FALSE(run_once_arguments({{"tags", "--server=x"}}));
  EXPECT_FALSE(run_once_arguments({{"noop", 3}}));
}

}  // namespace
}  // namespace muster::checkagent::actions
