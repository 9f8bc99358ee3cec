// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/worker/job_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

WorkerJob job(const std::string& command, std::chrono::seconds timeout = 60s)
{
  return {"1", "0", timeout, command};
}

JobQuestion question(const WorkerJob& wanted)
{
  auto plan = plan_of(wanted);
  EXPECT_TRUE(std::holds_alternative<JobQuestion>(plan)) << wanted.command;
  return std::holds_alternative<JobQuestion>(plan) ? std::get<JobQuestion>(plan) : JobQuestion{};
}

fleet_check::PluginResult answer(const WorkerJob& wanted)
{
  auto plan = plan_of(wanted);
  EXPECT_TRUE(std::holds_alternative<fleet_check::PluginResult>(plan)) << wanted.command;
  return std::holds_alternative<fleet_check::PluginResult>(plan) ? std::get<fleet_check::PluginResult>(plan)
                                                                 : fleet_check::PluginResult{};
}

TEST(NagiosJobPlan, ReadsTheCommandAsCheckMcoDoes)
{
  const auto asked =
      question(job("/usr/lib/nagios/plugins/check_mco --config /etc/x -k check_load -H web1 -C 'a b'"));
  EXPECT_EQ(asked.arguments.check, "check_load");
  EXPECT_THAT(asked.arguments.nodes.identities, ElementsAre("web1"));
  EXPECT_THAT(asked.arguments.nodes.classes, ElementsAre("a b"));
  EXPECT_EQ(asked.timeout, 10s);
}

TEST(NagiosJobPlan, TheShorterTimeoutCounts)
{
  EXPECT_EQ(question(job("check_mco -k a -t 4")).timeout, 4s);
  EXPECT_EQ(question(job("check_mco -k a -t 30", 20s)).timeout, 19500ms);
  EXPECT_EQ(question(job("check_mco -k a", 0s)).timeout, 0ms);
}

TEST(NagiosJobPlan, WhatNeedsAShellIsUnknownInPlainWords)
{
  const auto said = answer(job("check_mco -k check_load | tee /tmp/x"));
  EXPECT_EQ(said.state, CheckState::unknown);
  EXPECT_EQ(
      said.text, "MCO UNKNOWN - nagios-bridge runs no shell, and the command has ¦ outside of quotes\n");
}

TEST(NagiosJobPlan, AMistakeIsToldAsCheckMcoTellsIt)
{
  EXPECT_EQ(
      answer(job("check_mco -H web1")).text,
      "MCO UNKNOWN - which check? name one with -k, such as -k check_load; check_mco -h explains it\n");
  EXPECT_THAT(answer(job("check_mco -h")).text, HasSubstr("Usage:"));
  EXPECT_THAT(answer(job("check_mco -V")).text, HasSubstr("(Muster)"));
  EXPECT_EQ(answer(job("check_mco -V")).state, CheckState::unknown);
  EXPECT_THAT(answer(job(" ")).text, HasSubstr("which check?"));
}

}  // namespace
}  // namespace muster::bridge
