// SPDX-License-Identifier: Apache-2.0
//
// Which testcase a result is.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/gate/junit.hpp"

namespace muster::cli::gate {

namespace {

constexpr const char* whole_run = "mco gate";  // the suite of what concerns no single check

TestCase case_of(const Reading& reading, Outcome outcome, const std::string& remark)
{
  const std::string type{muster::to_string(reading.state)};
  TestCase one{reading.check, reading.node, outcome, type, {}, {}, reading.run_time};
  one.message = remark + type + ": " + reading.summary;
  one.text = reading.details.empty() ? reading.summary : reading.summary + "\n" + reading.details;
  return one;
}

void add_gaps(std::vector<TestCase>& cases, const std::vector<Gap>& gaps)
{
  for (const auto& gap : gaps) {
    const auto why = gap.why.empty() ? "no result" : gap.why;
    auto checks = gap.checks;
    if (checks.empty()) {
      checks.emplace_back(whole_run);
    }
    for (const auto& check : checks) {
      cases.push_back({check, gap.node, Outcome::error, "no result", why, why, {}});
    }
  }
}

// What made the verdict, if no single result did.
void add_run(std::vector<TestCase>& cases, const Ending& ending)
{
  const auto& doubt = ending.judgement.doubt;
  const auto why = doubt.empty() ? ending.why : doubt;
  const bool told = std::any_of(cases.begin(), cases.end(), [](const TestCase& one) {
    return one.outcome == Outcome::failure || one.outcome == Outcome::error;
  });
  if (ending.verdict != Verdict::pass && (!doubt.empty() || !told)) {
    cases.push_back({whole_run, "the run as a whole", Outcome::error, "inconclusive", why, why, {}});
  }
}

// The suites in the order of their names, and the nodes in each.
std::string laid_out(std::vector<TestCase> cases, const Ending& ending)
{
  add_run(cases, ending);
  std::stable_sort(cases.begin(), cases.end(), [](const TestCase& left, const TestCase& right) {
    return std::pair{std::string_view{left.suite}, std::string_view{left.name}} <
           std::pair{std::string_view{right.suite}, std::string_view{right.name}};
  });
  return junit_xml(cases);
}

// A problem fails its testcase only if there were too many of them.
Outcome outcome_of_problem(const Ending& ending)
{
  return ending.judgement.verdict == Verdict::fail ? Outcome::failure : Outcome::skipped;
}

}  // namespace

std::string gate_junit(const Observation& seen, const Ending& ending)
{
  std::vector<TestCase> cases;
  for (const auto& reading : seen.readings) {
    const bool problem = ending.tolerance.is_problem(reading.state);
    const auto outcome = problem ? outcome_of_problem(ending) : Outcome::passed;
    cases.push_back(case_of(reading, outcome, outcome == Outcome::skipped ? "allowed: " : ""));
  }
  add_gaps(cases, seen.missing);
  return laid_out(std::move(cases), ending);
}

std::string compare_junit(const Comparison& comparison, const Ending& ending)
{
  std::vector<TestCase> cases;
  for (const auto& one : comparison.results) {
    const bool counts = one.change == Change::worse || one.change == Change::added_problem;
    const bool known = !counts && ending.tolerance.is_problem(one.now.state);
    const auto problem = counts ? outcome_of_problem(ending) : Outcome::skipped;
    const auto outcome = counts || known ? problem : Outcome::passed;
    const auto before = one.before ? fmt::format("was {}, ", muster::to_string(*one.before)) : "new, ";
    const std::string remark = outcome == Outcome::skipped ? (known ? "not new: " : "allowed: ") : "";
    cases.push_back(case_of(one.now, outcome, remark + before));
  }
  add_gaps(cases, comparison.vanished);
  add_gaps(cases, comparison.missing);
  return laid_out(std::move(cases), ending);
}

}  // namespace muster::cli::gate
