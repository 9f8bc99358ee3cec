// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/gate/comparison.hpp"
#include "cli/gate/judgement.hpp"
#include "cli/gate/observation.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli::gate {

namespace {

using namespace samples;

CheckResult not_run(std::string check, std::string why)
{
  CheckResult result;
  result.check = std::move(check);
  result.summary = std::move(why);
  return result;
}

CheckResult ok(const char* check)
{
  return run(check, CheckState::ok, "fine");
}

CheckResult bad(const char* check)
{
  return run(check, CheckState::critical, "bad");
}

Observation seen(
    const FleetReport& report, const std::vector<std::string>& checks, const Strictness& strictness = {})
{
  return observe(report, make_nrpe_view(report, checks), strictness, Zone::utc);
}

NodeAccount without_checks(std::string name)
{
  auto node = done(std::move(name), {});
  node.answer->status = 1;
  node.answer->message = "no checks are defined here";
  return node;
}

FleetReport changed(FleetReport report, void (*change)(FleetReport&))
{
  change(report);
  return report;
}

const Strictness strict{true, {}};
const Strictness names_db1{false, {"db1"}};

struct Case {
  const char* name;
  FleetReport report;
  Verdict verdict;
  std::size_t problems;
  std::size_t missing;
  Strictness strictness{};
  std::vector<std::string> checks{"app", "disk"};
  Tolerance tolerance{};
};

std::vector<Case> cases()
{
  using enum Verdict;
  const auto well = done("web1", {ok("app"), ok("disk")});
  const auto ill = done("web2", {ok("app"), bad("disk")});
  const auto busy = refused("web3", protocol::Refusal::busy, "64 checks are waiting");
  auto late = answered("web3", Fate::late);
  const std::vector<std::string> every;
  return {
      {"all well", report_of({well}), pass, 0, 0},
      {"a problem", report_of({well, ill}), fail, 1, 0},
      {"an allowed problem", report_of({well, ill}), pass, 1, 0, {}, {"app", "disk"}, {1}},
      {"a lost node", report_of({well, lost("web3")}), inconclusive, 0, 2},
      {"a lost node, any problem allowed",
       report_of({lost("web3")}),
       inconclusive,
       0,
       2,
       {},
       {"a", "b"},
       {100, true}},
      {"a node that refused", report_of({well, busy}), inconclusive, 0, 2},
      {"a node still at work", report_of({well, late}), inconclusive, 0, 2},
      {"a problem beside a lost node", report_of({ill, lost("web3")}), fail, 1, 2},
      {"an allowed problem beside a lost node",
       report_of({ill, lost("web3")}),
       inconclusive,
       1,
       2,
       {},
       {"app", "disk"},
       {1}},
      {"a check that is not defined",
       report_of({done("web1", {ok("app"), not_run("disk", "not defined")})}),
       inconclusive,
       0,
       1},
      {"a check that the answer does not have", report_of({done("web1", {ok("app")})}), inconclusive, 0, 1},
      {"a gone node that nobody asked for", report_of({well, gone("db1", 1h)}), pass, 0, 0},
      {"a gone node that was named", report_of({well, gone("db1", 1h)}), inconclusive, 0, 2, names_db1},
      {"a gone node, and strict", report_of({well, gone("db1", 1h)}), inconclusive, 0, 2, strict},
      {"a node that is not meant", report_of({well, answered("db1", Fate::not_meant)}), pass, 0, 0},
      {"nobody was meant", report_of({answered("db1", Fate::not_meant)}), inconclusive, 0, 0},
      {"nobody is there", report_of({}), inconclusive, 0, 0},
      {"everybody is gone", report_of({gone("db1", 1h)}), inconclusive, 0, 0},
      {"every check", report_of({well, ill}), fail, 1, 0, {}, every},
      {"every check of a node that has none",
       report_of({well, without_checks("web2")}),
       inconclusive,
       0,
       1,
       {},
       every},
      {"every check of a lost node", report_of({well, lost("web2")}), inconclusive, 0, 1, {}, every},
      {"interrupted",
       changed(report_of({well}), [](FleetReport& r) { r.interrupted = true; }),
       inconclusive,
       0,
       0},
      {"the broker went away",
       changed(report_of({well}), [](FleetReport& r) { r.broker_lost = "it fell"; }),
       inconclusive,
       0,
       0},
      {"the roll-call was not whole",
       changed(report_of({well}), [](FleetReport& r) { r.cut_short = true; }),
       inconclusive,
       0,
       0},
      {"nobody tells who is there",
       changed(report_of({well}), [](FleetReport& r) { r.roll_call_complete = false; }),
       inconclusive,
       0,
       0},
  };
}

SavedState saved(std::map<std::string, std::map<std::string, SavedResult>> results)
{
  SavedState state;
  state.results = std::move(results);
  return state;
}

bool all_in_scope(const std::string& /*node*/)
{
  return true;
}

Comparison compared(const SavedState& before, const FleetReport& report)
{
  return compare(before, seen(report, {"app", "disk"}), Tolerance{}, all_in_scope);
}

const SavedResult was_ok{CheckState::ok, "fine"};

}  // namespace

TEST(GateJudgement, OfEachFleet)
{
  for (const auto& one : cases()) {
    SCOPED_TRACE(one.name);
    const auto judgement = judge(seen(one.report, one.checks, one.strictness), one.tolerance);
    EXPECT_EQ(to_string(judgement.verdict), to_string(one.verdict));
    EXPECT_EQ(judgement.problems, one.problems);
    EXPECT_EQ(judgement.missing, one.missing);
  }
}

TEST(GateJudgement, SaysWhyANodeGaveNothing)
{
  const auto observation = seen(
      report_of(
          {lost("a"),
           answered("b", Fate::late),
           gone("c", 50h),
           refused("d", protocol::Refusal::busy, "64")}),
      {"app"},
      strict);
  std::vector<std::string> reasons;
  for (const auto& gap : observation.missing) {
    reasons.push_back(gap.why);
  }
  EXPECT_EQ(
      reasons,
      (std::vector<std::string>{"no response: silent", "still running", "gone 2 d", "refused: busy - 64"}));
}

TEST(GateComparison, TellsEveryPairOfStates)
{
  using enum CheckState;
  using enum Change;

  struct Row {
    std::optional<CheckState> before;
    Change to[4];  // OK, WARNING, CRITICAL, UNKNOWN
  };

  const Row rows[]{
      {std::nullopt, {added, added_problem, added_problem, added_problem}},
      {ok, {steady, worse, worse, worse}},
      {warning, {better, still, worse, worse}},
      {critical, {better, better, still, still}},
      {unknown, {better, better, worse, still}}};
  const Row rows_with_warnings_accepted[]{
      {std::nullopt, {added, added, added_problem, added_problem}},
      {ok, {steady, steady, worse, worse}},
      {warning, {steady, steady, worse, worse}},
      {critical, {better, better, still, still}},
      {unknown, {better, better, worse, still}}};
  Tolerance accepting;
  accepting.accept_warning = true;
  for (int now = 0; now < 4; ++now) {
    for (const auto& row : rows) {
      EXPECT_EQ(change_of(row.before, static_cast<CheckState>(now), {}), row.to[now]);
    }
    for (const auto& row : rows_with_warnings_accepted) {
      EXPECT_EQ(change_of(row.before, static_cast<CheckState>(now), accepting), row.to[now]);
    }
  }
}

TEST(GateComparison, CountsOnlyWhatIsNew)
{
  const auto before = saved(
      {{"web1", {{"app", was_ok}, {"disk", {CheckState::critical, "full"}}}},
       {"web2", {{"app", was_ok}, {"disk", was_ok}}}});
  const auto web2 = done("web2", {ok("app"), ok("disk")});

  const auto same = compared(before, report_of({done("web1", {ok("app"), bad("disk")}), web2}));
  EXPECT_EQ(judge(same, {}).verdict, Verdict::pass);
  EXPECT_EQ(same.expected, 4U);

  const auto worse = compared(before, report_of({done("web1", {bad("app"), ok("disk")}), web2}));
  EXPECT_EQ(judge(worse, {}).verdict, Verdict::fail);
  EXPECT_EQ(judge(worse, {}).problems, 1U);
  EXPECT_EQ(judge(worse, {1}).verdict, Verdict::pass);
}

TEST(GateComparison, MissesEveryNodeOfTheFileThatDoesNotAnswer)
{
  const auto before = saved({{"web1", {{"app", was_ok}, {"disk", was_ok}}}});
  const std::pair<FleetReport, std::string> table[]{
      {report_of({lost("web1")}), "no response: silent"},
      {report_of({gone("web1", 1h)}), "gone 1 h"},
      {report_of({refused("web1", protocol::Refusal::policy, "no")}), "refused: policy - no"},
      {report_of({answered("web1", Fate::not_meant)}), "does not match the filter"},
      {report_of({}), "the broker does not know this node any more"}};
  for (const auto& [report, why] : table) {
    const auto comparison = compared(before, report);
    ASSERT_EQ(comparison.vanished.size(), 1U) << why;
    EXPECT_EQ(comparison.vanished.front().why, why);
    EXPECT_TRUE(comparison.vanished.front().whole_node);
    EXPECT_TRUE(comparison.missing.empty());
    EXPECT_EQ(judge(comparison, {100, true}).verdict, Verdict::inconclusive);
    EXPECT_EQ(judge(comparison, {}).missing, 2U);
  }
}

TEST(GateComparison, MissesAVanishedCheckAndTellsItOnce)
{
  const auto before = saved({{"web1", {{"app", was_ok}, {"disk", was_ok}}}});
  const auto undefined =
      compared(before, report_of({done("web1", {ok("app"), not_run("disk", "is not defined")})}));

  ASSERT_EQ(undefined.vanished.size(), 1U);
  EXPECT_EQ(undefined.vanished.front().checks, std::vector<std::string>{"disk"});
  EXPECT_EQ(undefined.vanished.front().why, "is not defined");
  EXPECT_TRUE(undefined.missing.empty());
  EXPECT_EQ(judge(undefined, {}).verdict, Verdict::inconclusive);
  EXPECT_EQ(undefined.expected, 2U);
}

TEST(GateComparison, MissesANewNodeThatShouldHaveAnswered)
{
  const auto before = saved({{"web1", {{"app", was_ok}}}});
  const auto comparison = compare(
      before, seen(report_of({done("web1", {ok("app")}), lost("web2")}), {"app"}), Tolerance{}, all_in_scope);

  EXPECT_TRUE(comparison.vanished.empty());
  ASSERT_EQ(comparison.missing.size(), 1U);
  EXPECT_EQ(comparison.missing.front().node, "web2");
  EXPECT_EQ(judge(comparison, {}).verdict, Verdict::inconclusive);
}

TEST(GateComparison, LeavesNodesOutThatNobodyAskedFor)
{
  const auto before = saved({{"web1", {{"app", was_ok}}}, {"web2", {{"app", was_ok}}}});
  const auto now = seen(report_of({done("web1", {ok("app")})}), {"app"});
  const auto only_web1 = [](const std::string& node) { return node == "web1"; };

  EXPECT_EQ(judge(compare(before, now, {}, only_web1), {}).verdict, Verdict::pass);
  EXPECT_EQ(judge(compare(before, now, {}, all_in_scope), {}).verdict, Verdict::inconclusive);
}

TEST(GateComparison, NeverPassesOnNothing)
{
  EXPECT_EQ(judge(compared(saved({}), report_of({})), {100, true}).verdict, Verdict::inconclusive);
}

}  // namespace muster::cli::gate
