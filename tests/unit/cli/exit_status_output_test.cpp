// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/output/exit_status.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {

namespace {

using namespace samples;

NodeAccount with(CheckState state)
{
  return done("web1", {run("check_disks", state, "text")});
}

NodeAccount failing()
{
  auto account = answered("web9");
  account.answer->status = 1;
  return account;
}

FleetReport unknown_who(FleetReport report)
{
  report.roll_call_complete = false;
  return report;
}

struct Case {
  const char* what;
  FleetReport report;
  Strictness strictness;
  int nrpe;
  int other;
};

std::vector<Case> cases()
{
  const Strictness strict{true, {}};
  const Strictness named{false, {"web7"}};
  const auto ok = with(CheckState::ok);
  const auto late = node("web4", Fate::late);
  const auto no = answered("web3", Fate::not_meant);
  const auto busy = refused("web5", protocol::Refusal::busy, "");
  return {
      {"all ok", report_of({ok}), {}, 0, 0},
      {"all ok, others not meant", report_of({ok, no}), {}, 0, 0},
      {"warning", report_of({ok, with(CheckState::warning)}), {}, 1, 0},
      {"critical", report_of({ok, with(CheckState::critical)}), {}, 2, 0},
      {"unknown", report_of({ok, with(CheckState::unknown)}), {}, 3, 0},
      {"unknown is worse than warning", report_of({with(CheckState::warning), lost("web2")}), {}, 3, 2},
      {"critical is worse than unknown", report_of({with(CheckState::critical), lost("web2")}), {}, 2, 2},
      {"lost", report_of({ok, lost("web2")}), {}, 3, 2},
      {"late", report_of({ok, late}), {}, 3, 2},
      {"refused", report_of({ok, busy}), {}, 3, 2},
      {"failed", report_of({ok, failing()}), {}, 3, 2},
      {"no checks", report_of({ok, done("web2", {})}), {}, 3, 0},
      {"gone", report_of({ok, gone("web7", 1h)}), {}, 0, 0},
      {"gone, strict", report_of({ok, gone("web7", 1h)}), strict, 3, 2},
      {"gone, named", report_of({ok, gone("web7", 1h)}), named, 3, 2},
      {"gone, another one named", report_of({ok, gone("web8", 1h)}), named, 0, 0},
      {"gone and critical, strict", report_of({with(CheckState::critical), gone("web7", 1h)}), strict, 2, 2},
      {"nobody known", report_of({}), {}, 3, 1},
      {"nobody meant", report_of({no}), {}, 3, 1},
      {"all gone", report_of({gone("web7", 1h)}), {}, 3, 1},
      {"the only one named is gone", report_of({gone("web7", 1h)}), named, 3, 3},
      {"none answered", report_of({lost("web1"), lost("web2")}), {}, 3, 3},
      {"one refused, none answered", report_of({busy, lost("web2")}), {}, 3, 2},
      {"who is there is not known", unknown_who(report_of({ok})), {}, 0, 0},
      {"who is there is not known, strict", unknown_who(report_of({ok})), strict, 3, 2},
  };
}

}  // namespace

TEST(ExitStatus, OfNrpeIsTheWorstState)
{
  for (const auto& [what, report, strictness, expected, other] : cases()) {
    EXPECT_EQ(nrpe_exit_status(report, make_nrpe_view(report, {"check_disks"}), strictness), expected)
        << what;
  }
}

TEST(ExitStatus, OfNrpeWithEveryCheckIsTheWorstStateToo)
{
  for (const auto& [what, report, strictness, expected, other] : cases()) {
    EXPECT_EQ(nrpe_exit_status(report, make_nrpe_view(report, {}), strictness), expected) << what;
  }
}

TEST(ExitStatus, OfOtherCommandsTellsWhetherAllAnsweredWell)
{
  for (const auto& [what, report, strictness, nrpe, expected] : cases()) {
    EXPECT_EQ(command_exit_status(report, strictness), expected) << what;
  }
}

TEST(ExitStatus, OfARollCallTakesPresenceForAnAnswer)
{
  auto died = lost("web2");
  died.presence->state = protocol::NodeState::gone;

  EXPECT_EQ(command_exit_status(report_of({lost("web1")}), {}, FoundBy::presence), 0);
  EXPECT_EQ(command_exit_status(report_of({lost("web1"), died}), {}, FoundBy::presence), 2);
  EXPECT_EQ(command_exit_status(report_of({died}), {}, FoundBy::presence), 3);
}

}  // namespace muster::cli
