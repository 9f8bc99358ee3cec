// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/plugin_result.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/plugin_output.hpp"
#include "tests/unit/fleet_check/report_samples.hpp"

namespace muster::fleet_check {
namespace {

using namespace samples;
using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

Assignment fleet_check(const std::string& warning = "", const std::string& critical = "")
{
  Assignment assignment;
  assignment.check = "check_load";
  if (!warning.empty()) {
    assignment.thresholds.warning = parse_count_threshold("-w", warning).value();
  }
  if (!critical.empty()) {
    assignment.thresholds.critical = parse_count_threshold("-c", critical).value();
  }
  return assignment;
}

Assignment node_check(const std::string& name)
{
  auto assignment = fleet_check();
  assignment.strictness.named = {name};
  return assignment;
}

PluginResult result(const FleetReport& report, const Assignment& assignment)
{
  return result_of(report, assignment, 312ms);
}

FleetReport forty_nodes()
{
  std::vector<NodeAccount> nodes;
  for (int number = 1; number <= 38; ++number) {
    nodes.push_back(done(fmt::format("web{:02}", number), CheckState::ok));
  }
  nodes.push_back(done("web39", CheckState::critical, "CRITICAL - load average: 31.2"));
  nodes.push_back(node("web40", Fate::lost, "silent, also when asked again"));
  return report_of(std::move(nodes));
}

TEST(PluginResult, TellsOfAFleetInALineItsPerfdataAndALineForEachProblem)
{
  const auto told = result(forty_nodes(), fleet_check("1", "5"));
  EXPECT_EQ(told.state, CheckState::warning);
  EXPECT_EQ(
      told.text,
      "MCO WARNING - check_load: 2 of 40 nodes have a problem (1 CRITICAL, 1 no answer)|problems=2;1;5;0;40 "
      "ok=38 "
      "warning=0 critical=1 unknown=0 missing=1 time=0.312s\n"
      "web39: CRITICAL - CRITICAL - load average: 31.2\n"
      "web40: no answer - silent, also when asked again\n");
}

TEST(PluginResult, HasTheShareInItsPerfdataWhenAThresholdIsOne)
{
  const auto told = result(forty_nodes(), fleet_check("2.5%", "3"));
  EXPECT_EQ(told.state, CheckState::warning);
  EXPECT_THAT(told.text, HasSubstr("|problems=2;;3;0;40 problems_share=5%;2.5;;0;100 ok=38 "));
}

TEST(PluginResult, HasPerfdataThatAddUpAndCanBeRead)
{
  const auto text = result(forty_nodes(), fleet_check("1", "50%")).text;
  const auto perfdata = parse_perfdata(parse_plugin_output(text).perfdata);
  EXPECT_EQ(perfdata.unreadable_count, 0U);
  ASSERT_THAT(perfdata.values, SizeIs(8));
  double sum = 0;
  for (std::size_t i = 2; i < 7; ++i) {
    sum += perfdata.values[i].value;
  }
  EXPECT_EQ(sum, perfdata.values[0].max);
}

struct Case {
  const char* what;
  FleetReport report;
  Assignment assignment;
  CheckState state;
  const char* beginning;
};

Assignment strict(Assignment assignment)
{
  assignment.strictness.strict = true;
  return assignment;
}

FleetReport changed(FleetReport report, void (*change)(FleetReport&))
{
  change(report);
  return report;
}

TEST(PluginResult, IsWhatTheFleetAndTheThresholdsMakeOfIt)
{
  const auto fine = report_of({done("a", CheckState::ok), done("b", CheckState::ok)});
  const auto mixed = report_of(
      {done("a", CheckState::warning), done("b", CheckState::unknown), done("c", CheckState::critical)});
  const auto ends_early = [](FleetReport& report) {
    report.cut_short = true;
    report.roll_call_complete = false;
  };
  const auto says_nothing = [](FleetReport& report) { report.roll_call_complete = false; };
  const Case cases[]{
      {"all well",
       fine,
       fleet_check(),
       CheckState::ok,
       "MCO OK - check_load: no problem on 2 nodes|problems=0;;;0;2 "},
      {"the worst state",
       mixed,
       fleet_check(),
       CheckState::critical,
       "MCO CRITICAL - check_load: 3 of 3 nodes have a problem (1 CRITICAL, 1 UNKNOWN, 1 WARNING)|"},
      {"unknown is worse than warning",
       report_of({done("a", CheckState::warning), done("b", CheckState::unknown)}),
       fleet_check(),
       CheckState::unknown,
       "MCO UNKNOWN - "},
      {"within the thresholds",
       mixed,
       fleet_check("3", "5"),
       CheckState::ok,
       "MCO OK - check_load: 3 of 3 nodes have a problem (1 CRITICAL, 1 UNKNOWN, 1 WARNING)|"},
      {"a warning at most", mixed, fleet_check("0"), CheckState::warning, "MCO WARNING - "},
      {"one node of one",
       report_of({done("a", CheckState::warning)}),
       fleet_check(),
       CheckState::warning,
       "MCO WARNING - check_load: 1 of 1 node has a problem (1 WARNING)|"},
      {"a named node with thresholds",
       report_of({done("a", CheckState::critical)}),
       [] {
         auto assignment = fleet_check("0");
         assignment.strictness.named = {"a"};
         return assignment;
       }(),
       CheckState::warning,
       "MCO WARNING - check_load: 1 of 1 node has a problem (1 CRITICAL)|"},
      {"refused, late and lost are unknown",
       report_of(
           {done("a", CheckState::ok),
            refused("b", protocol::Refusal::busy, ""),
            node("c", Fate::late),
            node("d", Fate::lost)}),
       fleet_check(),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: 3 of 4 nodes have a problem (2 no answer, 1 refused)|"},
      {"a node that is gone does not count",
       report_of({done("a", CheckState::ok), gone("b", 2h)}),
       fleet_check(),
       CheckState::ok,
       "MCO OK - check_load: no problem on 1 node|"},
      {"but with strict",
       report_of({done("a", CheckState::ok), gone("b", 2h)}),
       strict(fleet_check()),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: 1 of 2 nodes has a problem (1 gone)|"},
      {"and as a problem of many",
       report_of({done("a", CheckState::ok), gone("b", 2h)}),
       strict(fleet_check("", "0")),
       CheckState::critical,
       "MCO CRITICAL - check_load: 1 of 2 nodes has a problem (1 gone)|"},
      {"nobody there",
       report_of({}),
       fleet_check("5", "10"),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: nobody was meant: the broker knows no node that matches\n"},
      {"nobody meant",
       report_of({node("a", Fate::not_meant)}),
       fleet_check("5"),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: nobody was meant: 1 asked, and none matches the filter\n"},
      {"a named node that is not meant",
       report_of({node("a", Fate::not_meant)}),
       node_check("a"),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: nobody was meant: 1 asked, and none matches the filter\n"},
      {"all gone",
       report_of({gone("a", 2h)}),
       fleet_check(),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: nobody could be asked: every node that matches is gone\n"},
      {"no time to learn of all",
       changed(fine, ends_early),
       fleet_check("5"),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: no problem on 2 nodes; there was no time to learn of all nodes: a longer "
       "-t may "
       "help|problems=0;5;;0; "},
      {"which makes nothing better",
       changed(mixed, ends_early),
       fleet_check("", "0"),
       CheckState::critical,
       "MCO CRITICAL - "},
      {"a broker without retained messages",
       changed(fine, says_nothing),
       fleet_check(),
       CheckState::ok,
       "MCO OK - check_load: no problem on 2 nodes; the broker does not tell who else is "
       "there|problems=0;;;0; "},
      {"is not enough for strict",
       changed(fine, says_nothing),
       strict(fleet_check()),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: no problem on 2 nodes; the broker does not tell"},
      {"nobody answered there",
       changed(report_of({}), says_nothing),
       fleet_check(),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: nobody answered, and the broker does not tell who is there\n"},
      {"interrupted",
       changed(mixed, [](FleetReport& report) { report.interrupted = true; }),
       fleet_check(),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: interrupted\n"},
      {"without its broker",
       changed(mixed, [](FleetReport& report) { report.broker_lost = "mqtts://mon1:\nreset | by peer"; }),
       fleet_check(),
       CheckState::unknown,
       "MCO UNKNOWN - check_load: the broker went away: mqtts://mon1:\\nreset ¦ by peer\n"},
  };
  for (const auto& one : cases) {
    const auto told = result(one.report, one.assignment);
    EXPECT_EQ(told.state, one.state) << one.what;
    EXPECT_THAT(told.text, StartsWith(one.beginning)) << one.what;
    EXPECT_THAT(told.text, StartsWith(fmt::format("MCO {} - ", to_string(one.state)))) << one.what;
  }
}

TEST(PluginResult, OfOneNamedNodeIsWhatItsPluginSaid)
{
  auto run = samples::run(CheckState::warning, "DISK WARNING - free space: / 99 MB");
  run.perfdata = "/=1MB;;;0;100 'a|b'=2";
  run.details = "second line\nthird line\n";
  const auto told = result(report_of({done("web1", run)}), node_check("web1"));
  EXPECT_EQ(told.state, CheckState::warning);
  EXPECT_EQ(told.text, "DISK WARNING - free space: / 99 MB|/=1MB;;;0;100 'a|b'=2\nsecond line\nthird line\n");
  const auto read = parse_plugin_output(told.text);
  EXPECT_EQ(read.summary, run.summary);
  EXPECT_EQ(read.perfdata, run.perfdata);
}

TEST(PluginResult, OfOneNamedNodeWithoutAnAnswerSaysWhy)
{
  const std::pair<NodeAccount, const char*> cases[]{
      {node("web1", Fate::lost, "never seen"), "MCO UNKNOWN - check_load on web1: no answer - never seen\n"},
      {node("web1", Fate::late, "still running at the deadline"),
       "MCO UNKNOWN - check_load on web1: no answer - still running at the deadline\n"},
      {gone("web1", 50h), "MCO UNKNOWN - check_load on web1: gone, 2 d ago\n"},
      {refused("web1", protocol::Refusal::unknown_key, "copy it to callers.d"),
       "MCO UNKNOWN - check_load on web1: refused - unknown key: copy it to callers.d\n"},
      {failed_there("web1", 1, "No such command: check_load"),
       "MCO UNKNOWN - check_load on web1: No such command: check_load\n"}};
  for (const auto& [account, text] : cases) {
    const auto told = result(report_of({account}), node_check("web1"));
    EXPECT_EQ(told.state, CheckState::unknown);
    EXPECT_EQ(told.text, text);
  }
}

TEST(PluginResult, LetsNoNodeWritePerfdataLinesOrEscapesOfItsOwn)
{
  const std::string hostile = "OK|problems=0\nweb2: OK\x1b[2J\x9b\0 \u202e$(reboot)";
  const auto report =
      report_of({done("web1", CheckState::critical, hostile), done("web2", CheckState::critical)});
  const auto text = result(report, fleet_check()).text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '|'), 1);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, HasSubstr("\nweb1: CRITICAL - OK¦problems=0\\nweb2: OK\\x1b[2J"));
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
}

TEST(PluginResult, PassesOnNoEscapesAndNoBarsButThoseOfPerfdata)
{
  auto run = samples::run(CheckState::ok, "fine|\x1b[2J\nforged");
  run.perfdata = "a=1\nb=2";
  run.details = "more|c=3\nand \x1b]0;title\a";
  const auto told = result(report_of({done("web1", run)}), node_check("web1"));
  EXPECT_EQ(told.text, "fine¦\\x1b[2J\\nforged|a=1\\nb=2\nmore¦c=3\nand \\x1b]0;title\\x07\n");
}

TEST(PluginResult, OfAFleetFitsIntoWhatNagiosReadsAndSaysHowManyAreLeftOut)
{
  std::vector<NodeAccount> nodes;
  for (int number = 0; number < 5000; ++number) {
    nodes.push_back(done(fmt::format("web{:04}", number), CheckState::critical, std::string(20'000, 'x')));
  }
  const auto text = result(report_of(std::move(nodes)), fleet_check()).text;
  EXPECT_LE(text.size(), most_bytes);
  EXPECT_GT(text.size(), most_bytes - 400) << "no room is wasted";
  EXPECT_THAT(text, HasSubstr("\nweb0000: CRITICAL - xxx"));
  const auto lines = std::count(text.begin(), text.end(), '\n');
  EXPECT_THAT(text, EndsWith(fmt::format("\nand {} more: mco nrpe shows them all\n", 5000 - (lines - 2))));
}

TEST(PluginResult, OfOneNodeIsCutAndKeepsItsPerfdataValuesWhole)
{
  auto run = samples::run(CheckState::critical, std::string(100'000, 's'));
  for (int i = 0; i < 6000; ++i) {
    run.perfdata += fmt::format("value{}={} ", i, i);
  }
  run.details = std::string(100'000, 'd');
  const auto told = result(report_of({done("web1", run)}), node_check("web1"));
  EXPECT_EQ(told.state, CheckState::critical);
  EXPECT_LE(told.text.size(), most_passed_on);
  const auto read = parse_plugin_output(told.text);
  EXPECT_THAT(read.summary, EndsWith(" … [cut]"));
  const auto last = read.perfdata.substr(read.perfdata.rfind(' ') + 1);
  const auto equals = last.find('=');
  EXPECT_EQ(last.substr(5, equals - 5), last.substr(equals + 1)) << "value17=17 is whole";
}

TEST(PluginResult, OfAFailureIsUnknownAndOneLine)
{
  EXPECT_EQ(failed("check_load", "no\nkey | x").text, "MCO UNKNOWN - check_load: no\\nkey ¦ x\n");
  EXPECT_EQ(failed("", "what?").text, "MCO UNKNOWN - what?\n");
  EXPECT_EQ(failed("", "what?").state, CheckState::unknown);
  EXPECT_LE(failed("check", std::string(1'000'000, 'x')).text.size(), most_bytes);
}

}  // namespace
}  // namespace muster::fleet_check
