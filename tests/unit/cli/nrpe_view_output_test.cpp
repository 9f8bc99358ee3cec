// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output/nrpe_view.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

using namespace samples;

TEST(NrpeView, TakesOneRunAsTheDataItself)
{
  auto account = answered("web1");
  account.answer->data = protocol::to_json(run("check_load", CheckState::warning, "load", 25ms));
  const auto view = make_nrpe_view(report_of({account}), {"check_load"});

  ASSERT_EQ(view.blocks.size(), 1U);
  ASSERT_EQ(view.blocks[0].rows.size(), 1U);
  EXPECT_EQ(view.blocks[0].rows[0].result.state, CheckState::warning);
  EXPECT_EQ(view.blocks[0].rows[0].run_time, 25ms);
  EXPECT_EQ(view.failed, 1U);
}

TEST(NrpeView, MakesAnAnswerWithoutTheCheckUnknownWithTheReason)
{
  auto no_agent = answered("web1");
  no_agent.answer->status = 2;
  no_agent.answer->message = "no agent nrpe here";
  auto no_message = answered("web2");
  no_message.answer->status = 5;
  auto strange = answered("web3");
  strange.answer->data["commands"] = "none";
  const auto other = done("web4", {run("check_users", CheckState::ok, "fine")});
  const auto view = make_nrpe_view(report_of({no_agent, no_message, strange, other}), {"check_load"});

  std::vector<std::string> reasons;
  for (const auto& row : view.blocks.at(0).rows) {
    reasons.push_back(row.result.summary);
    EXPECT_FALSE(row.run_time);
  }
  EXPECT_THAT(
      reasons,
      testing::ElementsAre(
          "no agent nrpe here",
          "status 5",
          testing::StartsWith("answer not understood: "),
          "no result of this check in the answer"));
  EXPECT_EQ(view.totals, (StateCounts{0, 0, 0, 4}));
}

TEST(NrpeView, LeavesOutWhatWasNotAskedFor)
{
  const auto view = make_nrpe_view(
      report_of({done(
          "web1", {run("check_load", CheckState::ok, "a"), run("check_x", CheckState::critical, "b")})}),
      {"check_load"});

  EXPECT_EQ(view.totals, (StateCounts{1, 0, 0, 0}));
  EXPECT_EQ(view.passed, 1U);
}

TEST(NrpeView, TakesACheckThatIsAskedForTwiceOnce)
{
  const auto view = make_nrpe_view(
      report_of({done("web1", {run("check_load", CheckState::ok, "a")})}), {"check_load", "check_load"});

  EXPECT_EQ(view.blocks.size(), 1U);
  EXPECT_EQ(view.totals, (StateCounts{1, 0, 0, 0}));
}

TEST(NrpeView, CountsANodeThatTellsOneCheckTwiceOnce)
{
  const auto node_twice =
      done("web1", {run("check_load", CheckState::ok, "a"), run("check_load", CheckState::critical, "b")});

  EXPECT_EQ(make_nrpe_view(report_of({node_twice}), {}).totals, (StateCounts{1, 0, 0, 0}));
  EXPECT_EQ(make_nrpe_view(report_of({node_twice}), {"check_load"}).totals, (StateCounts{1, 0, 0, 0}));
}

TEST(NrpeView, ShowsAnAnswerWithoutResultsAmongEveryCheck)
{
  auto failed = answered("web1");
  failed.answer->status = 1;
  failed.answer->message = "nrpe.cfg cannot be read";
  const auto view = make_nrpe_view(report_of({failed}), {});

  ASSERT_EQ(view.blocks.size(), 1U);
  EXPECT_EQ(view.blocks[0].check, "");
  ASSERT_EQ(view.blocks[0].rows.size(), 1U);
  EXPECT_EQ(view.blocks[0].rows[0].result.summary, "nrpe.cfg cannot be read");
}

TEST(NrpeView, TakesANodeWithoutAnyCheckForUnknownNotForWell)
{
  const auto view = make_nrpe_view(
      report_of({done("web1", {run("check_load", CheckState::ok, "a")}), done("web2", {})}), {});

  EXPECT_EQ(view.totals, (StateCounts{1, 0, 0, 1}));
  EXPECT_EQ(view.passed, 1U);
  EXPECT_EQ(view.failed, 1U);
  ASSERT_EQ(view.blocks.size(), 2U);
  ASSERT_EQ(view.blocks[0].rows.size(), 1U);
  EXPECT_EQ(view.blocks[0].rows[0].node, "web2");
  EXPECT_EQ(view.blocks[0].rows[0].result.summary, "no check results in the answer");
}

TEST(NrpeView, CountsChecksThatKeptTheirStatesOnly)
{
  auto account = answered("web1");
  account.answer->data = protocol::to_json_within(
      {run("check_a", CheckState::ok, "a"), run("check_b", CheckState::critical, "b")}, 0);
  const auto view = make_nrpe_view(report_of({account}), {});

  EXPECT_EQ(view.totals, (StateCounts{1, 0, 1, 0}));
  EXPECT_FALSE(view.blocks.at(1).rows.at(0).run_time);
  EXPECT_THAT(view.blocks.at(1).rows.at(0).result.summary, testing::StartsWith("[text left out"));
}

TEST(NrpeView, TakesChecksThatWereLeftOutForUnknown)
{
  auto account = done("web1", {run("check_a", CheckState::ok, "a")});
  account.answer->data["left_out"] = 17;
  const auto view = make_nrpe_view(report_of({account}), {});

  EXPECT_EQ(view.totals, (StateCounts{1, 0, 0, 1}));
  EXPECT_EQ(view.failed, 1U);
  ASSERT_EQ(view.blocks.size(), 2U);
  EXPECT_EQ(view.blocks[0].check, "");
  EXPECT_THAT(
      view.blocks[0].rows.at(0).result.summary, testing::StartsWith("17 further checks were not run"));
}

TEST(NrpeView, HasNoRunTimeOfACheckThatDidNotRunAndNoneBelowZero)
{
  CheckResult never;
  never.check = "check_load";
  auto backwards = run("check_load", CheckState::ok, "fine");
  backwards.finished = backwards.started - 1h;
  const auto view =
      make_nrpe_view(report_of({done("web1", {never}), done("web2", {backwards})}), {"check_load"});

  const auto& rows = view.blocks.at(0).rows;
  EXPECT_FALSE(rows.at(0).run_time);
  EXPECT_EQ(rows.at(1).run_time, 0us);
}

}  // namespace muster::cli
