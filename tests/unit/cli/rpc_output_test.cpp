// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output/merged_report.hpp"
#include "cli/output/rpc_report.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli {
namespace {

using namespace samples;
using testing::HasSubstr;
using testing::Not;

const ddl::Action& status_action()
{
  static const auto agent = ddl::parse(R"({"metadata": {"name": "service"}, "actions": [{
      "action": "status", "display": "always",
      "output": {"status": {"display_as": "Service Status"}, "pid": {"display_as": "PID"}},
      "aggregate": [{"function": "summary", "args": ["status"]}, {"function": "average", "args": ["pid"]}]}]})");
  return agent->actions.front();
}

const ddl::Action& check_action()
{
  static const auto agent = ddl::parse(R"({"metadata": {"name": "nrpe"}, "actions": [{
      "action": "run", "aggregate": [{"function": "nagios_states", "args": ["exitcode"]}]}]})");
  return agent->actions.front();
}

NodeAccount replying(std::string name, const std::string& data, int status = 0, std::string message = "OK")
{
  auto account = answered(std::move(name));
  account.answer->status = status;
  account.answer->message = std::move(message);
  account.answer->data = protocol::parse_object(data).value();
  return account;
}

std::string reply(const NodeAccount& account)
{
  return reply_text(*account.answer, status_action(), plain());
}

std::string summary(
    const FleetReport& report, const ddl::Action& action, std::vector<std::string> not_asked = {})
{
  const std::string agent = "service";
  return rpc_summary({agent, action, report, std::move(not_asked), "because 2 failed"}, plain());
}

TEST(RpcSummary, FillsBothPlacesOfAFormat)
{
  static const auto agent = ddl::parse(R"json({"metadata": {"name": "scout"}, "actions": [{
      "action": "validate", "output": {"tests": {"display_as": "Tests"}, "failed": {"display_as": "Failed"}},
      "aggregate": [{"function": "summary", "args": ["tests", {"format": "%s Tests on %d node(s)"}]},
                    {"function": "summary", "args": ["failed", {"format": "Failed: %s"}]}]}]})json");
  const auto report = report_of(
      {replying("web1", R"({"tests": 5, "failed": 0})"), replying("web2", R"({"tests": 5, "failed": 0})")});
  const auto text = summary(report, agent->actions.front());
  EXPECT_THAT(text, HasSubstr("\n   5 Tests on 2 node(s)\n"));
  EXPECT_THAT(text, HasSubstr("\n   Failed: 0 2\n"));
}

TEST(RpcSummary, ShowsAChartAsALineOfBars)
{
  static const auto agent = ddl::parse(R"({"metadata": {"name": "count"}, "actions": [{
      "action": "count", "output": {"n": {"display_as": "Number"}},
      "aggregate": [{"function": "chart", "args": ["n"]}]}]})");
  const auto report = report_of(
      {replying("a1", R"({"n": 0})"), replying("a2", R"({"n": 1})"), replying("a3", R"({"n": 20})")});
  EXPECT_THAT(
      summary(report, agent->actions.front()), HasSubstr("Summary of Number:\n\n   █        ▄  0 to 20\n"));
}

TEST(RpcReply, HasTheNamesOfTheDdlRightAligned)
{
  EXPECT_EQ(
      reply(replying("web1.example.net", R"({"pid": 7, "status": "running", "more": true})")),
      R"(web1.example.net
   Service Status: running
              PID: 7
             more: true

)");
}

TEST(RpcReply, TellsFailuresInMcollectivesWordsAndShowsTheirData)
{
  EXPECT_EQ(
      reply(replying("web1", R"({"status": "stopped"})", 1, "Could not start it")),
      R"(web1                                     Request Aborted
   Could not start it
   Service Status: stopped

)");
  EXPECT_THAT(reply(replying("web1", "{}", 2, "no")), HasSubstr("Unknown Action\n   no\n"));
  EXPECT_THAT(reply(replying("web1", "{}", 3, "no")), HasSubstr("Missing Request Data"));
  EXPECT_THAT(reply(replying("web1", "{}", 4, "no")), HasSubstr("Invalid Request Data"));
  EXPECT_THAT(reply(replying("web1", "{}", 5, "no")), HasSubstr("Unknown Request Status"));
}

TEST(RpcReply, SetsSeveralLinesUnderOneAnother)
{
  EXPECT_EQ(reply(replying("web1", R"({"status": "one\ntwo\n"})")), R"(web1
   Service Status: one
                   two

)");
  EXPECT_EQ(
      reply(replying("web1", R"({"status": ["a", 2, null]})")), "web1\n   Service Status: a, 2, null\n\n");
  EXPECT_EQ(reply(replying("web1", R"({"status": {"a": 1, "b": [2]}})")), R"(web1
   Service Status: a = 1
                   b = [2]

)");
}

TEST(RpcReply, ShowsChecksTheWorstFirstAndLetsNothingOfThemReachTheTerminal)
{
  static const auto agent = ddl::parse(R"({"metadata": {"name": "nrpe"}, "actions": [{
      "action": "all", "display": "always",
      "output": {"commands": {"display_as": "Checks"}, "states_only": {"display_as": "States Only"}},
      "aggregate": [{"function": "nagios_states", "args": ["commands"]},
                    {"function": "nagios_states", "args": ["states_only"]}]}]})");
  const auto& action = agent->actions.front();
  const auto account = replying("web1", R"({"commands": [
      {"command": "check_load", "exitcode": 0, "output": "fine"}, {"command": "check_odd", "exitcode": 77},
      {"command": "check_disk", "exitcode": 2, "output": "full\u001b[2J"}], "states_only": {"OK": ["a", "b"]}})");
  const auto text = reply_text(*account.answer, action, plain());
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("        Checks: CRITICAL check_disk: full"));
  EXPECT_THAT(
      text, HasSubstr("\n                UNKNOWN  check_odd\n                OK       check_load: fine\n"));
  EXPECT_THAT(text, HasSubstr("   States Only: OK       a, b\n"));
  EXPECT_THAT(summary(report_of({account}), action), HasSubstr("OK: 3"));
}

TEST(RpcReply, LetsNothingOfANodeReachTheTerminal)
{
  const auto text = reply(replying(
      "web1", R"({"status": "\u001b[2J", "\u001b[31m": "x", "pid": {"\u0007": "\u009b"}})", 1, "\x1b[1m"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\a")));
  EXPECT_THAT(text, Not(HasSubstr("\u009b")));
}

TEST(RpcReply, IsShownAsAskedFor)
{
  const auto good = replying("web1", "{}");
  const auto bad = replying("web1", "{}", 1, "no");
  EXPECT_TRUE(is_shown(*good.answer, Shown::ok));
  EXPECT_FALSE(is_shown(*good.answer, Shown::failed));
  EXPECT_TRUE(is_shown(*bad.answer, Shown::failed));
  EXPECT_FALSE(is_shown(*bad.answer, Shown::ok));
  EXPECT_TRUE(is_shown(*bad.answer, Shown::all));
  EXPECT_FALSE(is_shown(*refused("web2", protocol::Refusal::policy, "no").answer, Shown::all));
}

TEST(RpcReply, IsNotableIfItFailedOrSaysMoreThanOk)
{
  EXPECT_TRUE(is_shown(*replying("web1", "{}", 1, "no").answer, Shown::notable));
  EXPECT_TRUE(is_shown(*replying("web1", "{}", 0, "accepted: later").answer, Shown::notable));
  EXPECT_FALSE(is_shown(*replying("web1", "{}").answer, Shown::notable));
  EXPECT_FALSE(is_shown(*replying("web1", "{}", 0, "accepted: later").answer, Shown::failed));
}

TEST(RpcSummary, HasTheAggregatesAndTheHeadline)
{
  const auto report = report_of(
      {replying("web1", R"({"status": "running", "pid": 1})"),
       replying("web2", R"({"status": "stopped", "pid": 4})"),
       replying("web3", R"({"status": "running", "pid": "x"})")});
  const auto text = summary(report, status_action());
  EXPECT_THAT(text, HasSubstr("Summary of Service Status:\n\n   running = 2\n   stopped = 1\n\n"));
  EXPECT_THAT(
      text,
      HasSubstr("Average of PID:\n\n   average: 2.500\n   left out, because they are no numbers: 1\n\n"));
  EXPECT_THAT(text, HasSubstr("Finished processing 3 / 3 hosts in "));
}

TEST(RpcSummary, EndsWithTheCountsOfNagiosStatesAndCountsTheMissingAsUnknown)
{
  const auto report = report_of(
      {replying("web1", R"({"exitcode": 2})"), replying("web2", R"({"exitcode": 0})"), lost("web3")});
  EXPECT_THAT(
      summary(report, check_action()),
      HasSubstr("\n\n              OK: 1\n         WARNING: 0\n        CRITICAL: 1\n         UNKNOWN: 1\n"));
}

TEST(RpcSummary, NamesTheNodesThatWereNotAskedAndWhy)
{
  const auto report = report_of({replying("web1", "{}", 1, "no")});
  EXPECT_THAT(
      summary(report, check_action(), {"web2", "web3"}),
      HasSubstr("\nNot asked, because 2 failed:\n\n    web2                           web3\n"));
}

TEST(MergedReport, AddsUpAndSortsTheNodes)
{
  auto whole = report_of({replying("web2", "{}"), gone("web4", 1h)});
  auto part = report_of({replying("web1", "{}"), lost("web3")});
  part.started = whole.started + 500ms;
  part.total = 2s;
  part.interrupted = true;
  merge(whole, part);
  ASSERT_EQ(whole.nodes.size(), 4U);
  EXPECT_EQ(whole.nodes[0].name, "web1");
  EXPECT_EQ(whole.account.known, 4U);
  EXPECT_EQ(whole.account.gone, 1U);
  EXPECT_EQ(whole.account.done, 2U);
  EXPECT_EQ(whole.account.lost, 1U);
  EXPECT_EQ(whole.total, 2500ms);
  EXPECT_TRUE(whole.interrupted);
}

}  // namespace
}  // namespace muster::cli
