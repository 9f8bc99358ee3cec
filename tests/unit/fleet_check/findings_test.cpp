// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fleet_check/report_samples.hpp"

namespace muster::fleet_check {
namespace {

using namespace samples;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> told(const Findings& findings)
{
  std::vector<std::string> lines;
  for (const auto& problem : findings.problems) {
    lines.push_back(problem.name + ": " + problem.text);
  }
  return lines;
}

TEST(Findings, CountEveryNodeThatWasMeantOnce)
{
  const auto report = report_of(
      {done("a", CheckState::ok),
       done("b", CheckState::warning),
       done("c", CheckState::critical),
       done("d", CheckState::unknown),
       node("e", Fate::lost, "silent"),
       node("f", Fate::late, "still running at the deadline"),
       refused("g", protocol::Refusal::busy, "queue is full"),
       gone("h", 3h),
       node("i", Fate::not_meant)});
  const auto findings = findings_of(report, "check_load", {});
  EXPECT_THAT(findings.counts, ElementsAre(1, 1, 1, 1, 2, 1, 0));
  EXPECT_EQ(findings.total(), 7U);
  EXPECT_EQ(findings.missing(), 3U);
  EXPECT_EQ(findings.problems.size(), 6U);
  EXPECT_EQ(findings.total(), report.account.expected());
}

TEST(Findings, AreToldWorstFirstAndThenByName)
{
  const auto report = report_of(
      {done("a", CheckState::warning, "w"),
       node("b", Fate::lost, "silent"),
       done("c", CheckState::critical, "c"),
       done("d", CheckState::unknown, "u"),
       refused("e", protocol::Refusal::unknown_key, "add it"),
       done("f", CheckState::critical, "c"),
       gone("g", 50h)});
  EXPECT_THAT(
      told(findings_of(report, "check_load", {true, {}})),
      ElementsAre("c: c", "f: c", "d: u", "b: silent", "e: unknown key: add it", "g: gone, 2 d ago", "a: w"));
}

TEST(Findings, CountTheGoneOnlyIfTheyAreNamedOrAllShallBeThere)
{
  const auto report = report_of({gone("a", 30s), gone("b", 5min, protocol::NodeState::stopped)});
  EXPECT_EQ(findings_of(report, "check_load", {}).total(), 0U);
  EXPECT_EQ(findings_of(report, "check_load", {}).gone, 2U);
  EXPECT_THAT(told(findings_of(report, "check_load", {false, {"a"}})), ElementsAre("a: gone, 30 s ago"));
  EXPECT_THAT(
      told(findings_of(report, "check_load", {true, {}})),
      ElementsAre("a: gone, 30 s ago", "b: checkagent was stopped, 5 min ago"));
}

TEST(Findings, TakeANodeWithoutAResultForUnknownAndSayWhy)
{
  auto broken = done("d", CheckState::ok);
  broken.answer->data["exitcode"] = "none";
  const auto report = report_of(
      {failed_there("a", 1, "No such command: check_load"),
       failed_there("b", 5, ""),
       done("c", run(CheckState::ok, "fine", "check_other")),
       broken});
  const auto lines = told(findings_of(report, "check_load", {}));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "a: No such command: check_load");
  EXPECT_EQ(lines[1], "b: status 5");
  EXPECT_EQ(lines[2], "c: no result of this check in the answer");
  EXPECT_THAT(lines[3], HasSubstr("d: answer not understood: "));
}

}  // namespace
}  // namespace muster::fleet_check
