// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cli/gate/saved_state.hpp"
#include "tests/unit/cli/output_samples.hpp"

namespace muster::cli::gate {

namespace {

SavedState sample()
{
  SavedState state;
  state.saved = samples::start;
  state.collective = "main";
  state.nodes = {"web1"};
  state.filter.classes = {"/web/"};
  state.filter.facts = {{"kernel", FactOperator::equals, "linux"}};
  state.checks = {"app"};
  Observation seen;
  seen.readings.push_back({"web1", "app", CheckState::warning, "slow \x1b[31m"});
  seen.readings.push_back({"web1", "disk", CheckState::ok, std::string(5000, 'x')});
  put_results(state, seen);
  return state;
}

// The text of the sample with one part of it changed.
std::string with(const std::string& what, const std::string& by)
{
  auto text = *encode(sample());
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST(SavedState, ReadsBackWhatItHasWritten)
{
  const auto text = encode(sample());
  ASSERT_TRUE(text);
  const auto back = parse_saved_state(*text);
  ASSERT_TRUE(back) << back.error().message;

  EXPECT_EQ(back->saved, samples::start);
  EXPECT_EQ(back->nodes, sample().nodes);
  EXPECT_EQ(back->filter, sample().filter);
  EXPECT_EQ(back->checks, sample().checks);
  EXPECT_EQ(back->results.at("web1").at("app").state, CheckState::warning);
  EXPECT_EQ(back->results.at("web1").at("app").summary, "slow \x1b[31m");
  EXPECT_EQ(back->results.at("web1").at("disk").summary.size(), 200U);
}

TEST(SavedState, HasANodeOnALineAndNothingThatATerminalWouldObey)
{
  EXPECT_EQ(
      *encode(sample()),
      R"({
  "format": "muster gate",
  "version": 1,
  "saved": 1795374991000,
  "question": {"collective": "main", "nodes": ["web1"], "filter": {"class": ["/web/"], "fact": [{"name": "kernel", "op": "=", "value": "linux"}]}, "checks": ["app"]},
  "nodes": [
    {"name": "web1", "results": [{"check": "app", "state": "WARNING", "summary": "slow \u001b[31m"}, {"check": "disk", "state": "OK", "summary": ")" +
          std::string(197, 'x') + "…\"}]}\n  ]\n}\n");
}

TEST(SavedState, IsRefusedWithTheWayToWhatIsWrong)
{
  const std::string result = R"({"check": "app", "state": "WARNING", "summary": "slow \u001b[31m"})";
  const std::pair<std::string, std::string> table[]{
      {"", "not a JSON object"},
      {"[]", "not a JSON object"},
      {std::string(100, '['), "not a JSON object"},
      {"{}", "not made by `mco gate save`"},
      {with("muster gate", "other"), "not made by `mco gate save`"},
      {with("\"version\": 1", "\"version\": 2"), "made by another version of mco (format 2"},
      {with("\"version\": 1", "\"version\": \"1\""), "version: expected an integer"},
      {with("1795374991000", "\"today\""), "saved: expected"},
      {with("\"main\"", "\"a/b\""), "question: a name in it"},
      {with("[\"web1\"]", "[\"WEB 1\"]"), "question: a name in it"},
      {with("\"filter\": {", "\"filter\": 1, \"x\": {"), "question.filter: expected"},
      {with("\"class\": [", "\"class\": [1,"), "question.filter.class"},
      {with("[\"app\"]", "\"app\""), "question.checks"},
      {with("\"nodes\": [\n", "\"other\": [\n"), "nodes: expected a list"},
      {with("\"name\": \"web1\", \"results\"", "\"name\": \"../x\", \"results\""), "nodes[0].name"},
      {with("\"results\": [", "\"others\": ["), "nodes[0].results: expected a list"},
      {with("\"WARNING\"", "\"FINE\""), "nodes[0].results[0].state"},
      {with("\"WARNING\"", "1"), "nodes[0].results[0].state"},
      {with(result, "7"), "nodes[0].results[0]: expected an object"},
      {with(result, result + ", " + result), "one check stands in it twice"},
      {with("slow", std::string(300, 'x')), "nodes[0].results[0].summary"}};
  for (const auto& [text, why] : table) {
    const auto state = parse_saved_state(text);
    ASSERT_FALSE(state) << why;
    EXPECT_NE(state.error().message.find(why), std::string::npos) << state.error().message << " / " << why;
  }
}

TEST(SavedState, RefusesMoreNodesAndChecksThanThereCanBe)
{
  std::string checks;
  for (int i = 0; i < 4097; ++i) {
    checks += (i > 0 ? "," : "") + std::string{R"({"check":"c)"} + std::to_string(i) + R"(","state":"OK"})";
  }
  const auto head = std::string{R"({"format":"muster gate","version":1,"saved":1,"question":)"} +
                    R"({"collective":"main","filter":{}},"nodes":[)";

  EXPECT_FALSE(parse_saved_state(head + R"({"name":"a","results":[)" + checks + "]}]}"));
  EXPECT_TRUE(parse_saved_state(head + R"({"name":"a","results":[]}]})"));
}

}  // namespace muster::cli::gate
