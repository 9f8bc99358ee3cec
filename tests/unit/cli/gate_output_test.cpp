// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/gate/gate_json.hpp"
#include "cli/gate/gate_text.hpp"
#include "cli/gate/junit.hpp"
#include "libmuster/model/code_point_class.hpp"
#include "libmuster/model/utf8.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli::gate {

namespace {

using namespace samples;

const std::string hostile =
    "\x1b]0;pwned\x07 \xC2\x9B"
    "2J \xE2\x80\xAE \r\b \xE2\x80\xA8 \xEF\xBF\xBE </testcase> ]]> &amp; \" \xC3";

Ending ending_of(const Judgement& judgement, const Tolerance& tolerance = {})
{
  return {judgement.verdict, judgement, "", 3, 20'400ms, tolerance};
}

Observation seen(std::vector<Reading> readings, std::vector<Gap> missing = {})
{
  Observation observation;
  observation.readings = std::move(readings);
  observation.missing = std::move(missing);
  observation.expected = observation.readings.size();
  for (const auto& gap : observation.missing) {
    observation.expected += gap.weight();
  }
  return observation;
}

Observation hostile_fleet()
{
  auto observation = seen(
      {{hostile, hostile, CheckState::critical, hostile, hostile + "\n" + hostile},
       {"b" + hostile, hostile, CheckState::critical, hostile},
       {"c" + hostile, hostile, CheckState::critical, hostile},
       {"d", hostile, CheckState::warning, hostile}},
      {{hostile, {hostile, hostile}, false, hostile}, {"e" + hostile, {}, true, hostile}});
  observation.doubt = hostile;
  return observation;
}

std::string xml_of(const Observation& observation, const Tolerance& tolerance = {})
{
  return gate_junit(observation, ending_of(judge(observation, tolerance), tolerance));
}

void expect_harmless(std::string_view text)
{
  for (auto rest = text; !rest.empty();) {
    const auto step = next_code_point(rest);
    ASSERT_TRUE(step.valid);
    ASSERT_TRUE(step.code_point == '\n' || !is_treacherous(step.code_point))
        << static_cast<unsigned>(step.code_point) << " in " << printable(text, true);
    rest.remove_prefix(step.bytes);
  }
}

std::size_t count(std::string_view text, std::string_view what)
{
  std::size_t number = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++number;
  }
  return number;
}

SavedState before()
{
  SavedState state;
  state.results = {
      {"web1", {{"app", {CheckState::ok, ""}}, {"disk", {CheckState::critical, ""}}}},
      {"web2", {{"app", {CheckState::critical, ""}}}},
      {"web3", {{"app", {CheckState::ok, ""}}}}};
  return state;
}

Comparison sample_comparison()
{
  auto now = seen(
      {{"web1", "app", CheckState::critical, "down"},
       {"web1", "disk", CheckState::critical, "full"},
       {"web2", "app", CheckState::ok, "up"},
       {"web4", "app", CheckState::ok, "hello"}},
      {{"web3", {"app"}, true, "no response: silent"}});
  return compare(before(), now, {}, [](const std::string&) { return true; });
}

}  // namespace

TEST(GateOutput, TellsProblemsFirstAndTheVerdictLast)
{
  const auto observation = seen(
      {{"web1", "app", CheckState::warning, "slow"},
       {"web2", "disk", CheckState::critical, "DISK CRITICAL - 1%", "more"},
       {"web3", "app", CheckState::ok, "fine"}},
      {{"web4", {"app", "disk"}, true, "no response: silent"},
       {"web5", {"disk"}, false, "command[disk] is not defined"}});

  EXPECT_EQ(
      gate_text(observation, ending_of(judge(observation, {})), plain()),
      "web2                                     disk CRITICAL\n"
      "    DISK CRITICAL - 1%\n"
      "    more\n"
      "\n"
      "web1                                     app WARNING\n"
      "    slow\n"
      "\n"
      "No result:\n"
      "\n"
      "    web4                           no response: silent\n"
      "    web5                           disk: command[disk] is not defined\n"
      "\n"
      "FAIL: 2 problems among 6 results, 3 missing (none allowed) (20.4 s, 3 tries)\n");
}

TEST(GateOutput, TellsTheSameTroubleOfManyNodesOnce)
{
  const auto observation = seen(
      {{"web1", "disk", CheckState::critical, "1% free"},
       {"web2", "disk", CheckState::critical, "7% free"},
       {"web3", "disk", CheckState::critical, "4% free"},
       {"web4", "app", CheckState::critical, "4% free"}});
  const auto text = gate_text(observation, ending_of(judge(observation, {})), plain());

  EXPECT_EQ(text.find("3 hosts disk CRITICAL\n    1..7% free\n    web1"), 0U) << text;
  EXPECT_NE(text.find("web4                                     app CRITICAL\n"), std::string::npos) << text;
}

TEST(GateOutput, OfAComparisonTellsWhatIsWorseVanishedBetterAndNew)
{
  const auto comparison = sample_comparison();

  EXPECT_EQ(
      compare_text(comparison, ending_of(judge(comparison, {})), verbose()),
      "Worse:\n"
      "\n"
      "web1                                     app OK -> CRITICAL\n"
      "    down\n"
      "\n"
      "Vanished:\n"
      "\n"
      "    web3                           no response: silent\n"
      "\n"
      "As bad as before:\n"
      "\n"
      "web1                                     disk CRITICAL -> CRITICAL\n"
      "    full\n"
      "\n"
      "Better:\n"
      "\n"
      "web2                                     app CRITICAL -> OK\n"
      "    up\n"
      "\n"
      "New:\n"
      "\n"
      "web4                                     app new -> OK\n"
      "    hello\n"
      "\n"
      "FAIL: 1 new problem among 5 results, 1 missing (none allowed); 1 better, 1 new and well, 1 as bad as "
      "before (20.4 s, 3 tries)\n");
}

TEST(GateOutput, CannotReachTheTerminal)
{
  const auto observation = hostile_fleet();
  const auto ending = ending_of(judge(observation, {}));
  const auto comparison = compare(before(), observation, {}, [](const std::string&) { return true; });
  for (const auto& options : {plain(), verbose()}) {
    expect_harmless(gate_text(observation, ending, options));
    expect_harmless(compare_text(comparison, ending, options));
    expect_harmless(save_text(observation, hostile, options));
  }
  expect_harmless(try_text(1, judge(observation, {}), true, 1s));
  const FleetReport report = report_of({});
  expect_harmless(gate_json(observation, ending, report, {}));
  expect_harmless(compare_json(comparison, ending, {hostile, start}, report, {}));
  expect_harmless(save_json(observation, hostile, report, {}));
}

TEST(Junit, HasASuiteForEachCheckAndACaseForEachNode)
{
  const auto text = xml_of(seen(
      {{"web1", "app", CheckState::ok, "fine", "", 12'345us},
       {"web1", "disk", CheckState::critical, "1% <free>", "more"}},
      {{"web2", {"app", "disk"}, true, "no response"}}));

  EXPECT_EQ(text, R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="mco gate" tests="4" failures="1" errors="2" skipped="0" time="0.012">
  <testsuite name="app" tests="2" failures="0" errors="1" skipped="0" time="0.012">
    <testcase classname="app" name="web1" time="0.012"/>
    <testcase classname="app" name="web2" time="0.000">
      <error message="no response" type="no result">no response</error>
    </testcase>
  </testsuite>
  <testsuite name="disk" tests="2" failures="1" errors="1" skipped="0" time="0.000">
    <testcase classname="disk" name="web1" time="0.000">
      <failure message="CRITICAL: 1% &lt;free&gt;" type="CRITICAL">1% &lt;free&gt;&#10;more</failure>
    </testcase>
    <testcase classname="disk" name="web2" time="0.000">
      <error message="no response" type="no result">no response</error>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(Junit, HasFailuresOrErrorsExactlyIfTheVerdictIsNoPass)
{
  const Reading well{"web1", "app", CheckState::ok, "fine"};
  const Reading ill{"web2", "app", CheckState::critical, "bad"};
  auto nobody = seen({});
  nobody.doubt = "nobody was meant";
  const Gap gap{"web3", {"app"}, true, "lost"};
  for (const auto& observation :
       {seen({well}), seen({well, ill}), seen({well}, {gap}), seen({ill}, {gap}), nobody}) {
    for (const std::size_t most : {0U, 1U}) {
      const auto text = xml_of(observation, {most});
      const bool clean = count(text, "<failure ") + count(text, "<error ") == 0;
      EXPECT_EQ(clean, judge(observation, {most}).verdict == Verdict::pass) << text;
    }
  }
}

TEST(Junit, TellsAVerdictThatNoResultHasMade)
{
  const auto observation = seen({{"web1", "app", CheckState::ok, "fine"}});
  auto ending = ending_of(judge(observation, {}));
  ending.verdict = Verdict::inconclusive;
  ending.why = "the time is over";
  const auto text = gate_junit(observation, ending);

  EXPECT_NE(text.find(R"(<testsuite name="mco gate" tests="1" failures="0" errors="1")"), std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(<error message="the time is over" type="inconclusive">)"), std::string::npos)
      << text;
}

TEST(Junit, SkipsWhatWasThereBefore)
{
  const auto comparison = sample_comparison();
  const auto text = compare_junit(comparison, ending_of(judge(comparison, {})));

  EXPECT_EQ(count(text, "<failure message=\"was OK, CRITICAL: down\" type=\"CRITICAL\">"), 1U) << text;
  EXPECT_EQ(count(text, "<skipped message=\"not new: was CRITICAL, CRITICAL: full\"/>"), 1U) << text;
  EXPECT_EQ(count(text, "<error message=\"no response: silent\""), 1U) << text;
}

TEST(Junit, LetsNoTextOfANodeOut)
{
  const auto text = xml_of(hostile_fleet());

  expect_harmless(text);
  EXPECT_EQ(count(text, "</testcase>"), count(text, "<testcase "));
  EXPECT_EQ(count(text, "]]>"), 0U);
  EXPECT_EQ(count(text, "\xEF\xBF\xBE"), 0U) << "U+FFFE is no character of XML 1.0";
  EXPECT_NE(text.find(R"(\x1b]0;pwned\x07)"), std::string::npos) << text;
}

TEST(Junit, EscapesWhatEndsAnElementOrAnAttribute)
{
  EXPECT_EQ(xml_text("a<b>&\"c\"\n\t\x01\xFF"), "a&lt;b&gt;&amp;&quot;c&quot;&#10;&#9;\\x01\xEF\xBF\xBD");
}

}  // namespace muster::cli::gate
