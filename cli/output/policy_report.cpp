// SPDX-License-Identifier: Apache-2.0
#include "cli/output/policy_report.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/output/json_text.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

constexpr int exit_denied = 2;

// As it stands in the file, but for tabs, which would not line up.
std::string line_of(std::string_view text, std::size_t number)
{
  for (std::size_t i = 1; i < number; ++i) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  std::string shown;
  for (const char c : trim_policy_text(text.substr(0, text.find('\n')))) {
    shown += c == '\t' ? std::string{"  "} : std::string{c};
  }
  return printable(shown, false);
}

std::string_view word_of(PolicyStep::Outcome outcome)
{
  switch (outcome) {
  case PolicyStep::Outcome::matched:
    return "matched";
  case PolicyStep::Outcome::no_match:
    return "no_match";
  case PolicyStep::Outcome::not_reached:
    break;
  }
  return "not_reached";
}

std::string remark(const PolicyTest::Line& line)
{
  if (line.outcome == "matched") {
    return "matches";
  }
  if (line.outcome == "no_match") {
    return "no match: " + printable(line.why, false);
  }
  return line.outcome == "default" ? "counts if no line matches" : "not reached";
}

std::string where(const PolicyVerdict& verdict)
{
  return printable(verdict.file, false) + (verdict.line == 0 ? "" : ":" + std::to_string(verdict.line));
}

std::string conclusion(const PolicyTest& test)
{
  const auto& verdict = test.verdict;
  if (!verdict.allowed) {
    const auto hint = verdict.file.empty() ? "; if it only reads it is allowed: say --reads" : "";
    return "DENIED: " + printable(verdict.why, false) + hint;
  }
  if (verdict.file.empty()) {
    return "ALLOWED: it changes nothing, and there is no policy for agent " + test.agent;
  }
  return "ALLOWED by " + std::string{verdict.line == 0 ? "the default of " : ""} + where(verdict);
}

json::array strings(const std::vector<std::string>& texts)
{
  json::array array;
  for (const auto& text : texts) {
    array.emplace_back(text);
  }
  return array;
}

json::object to_json(const PolicyTest::Line& line)
{
  json::object object;
  object["line"] = line.number;
  object["text"] = line.text;
  object["outcome"] = line.outcome;
  if (!line.why.empty()) {
    object["why"] = line.why;
  }
  return object;
}

}  // namespace

PolicyTest policy_test_report(
    const PolicyFolder& folder, const PolicyQuestion& question, std::string_view text)
{
  PolicyTest test{
      std::string{question.caller},
      std::string{question.agent},
      std::string{question.action},
      question.changes,
      folder.decide(question),
      {}};
  for (const auto& step : folder.explain(question)) {
    test.lines.push_back({step.line, line_of(text, step.line), std::string{word_of(step.outcome)}, step.why});
  }
  const auto* policy = folder.policy_for(question.agent);
  if (policy != nullptr && policy->default_line != 0) {
    test.lines.push_back({policy->default_line, line_of(text, policy->default_line), "default", ""});
  }
  std::sort(
      test.lines.begin(), test.lines.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return test;
}

std::string policy_test_text(const PolicyTest& test)
{
  auto text = fmt::format("May {} call {}.{}?\n", test.caller, test.agent, test.action);
  if (!test.verdict.file.empty()) {
    text += printable(test.verdict.file, false) + " is asked:\n";
  }
  text += '\n';
  for (const auto& line : test.lines) {
    text += fmt::format("{:>6}  {}\n        {}\n", line.number, line.text, remark(line));
  }
  return text + (test.lines.empty() ? "" : "\n") + conclusion(test) + "\n";
}

std::string policy_test_json(const PolicyTest& test)
{
  json::object object;
  object["command"] = "policy test";
  object["exit_status"] = exit_status_of(test);
  object["caller"] = test.caller;
  object["agent"] = test.agent;
  object["action"] = test.action;
  object["changes"] = test.changes;
  object["allowed"] = test.verdict.allowed;
  object["policy"] = test.verdict.file.empty() ? json::value{} : json::value(test.verdict.file);
  object["line"] = test.verdict.line == 0 ? json::value{} : json::value(test.verdict.line);
  object["why"] = test.verdict.why;
  json::array lines;
  for (const auto& line : test.lines) {
    lines.push_back(to_json(line));
  }
  object["lines"] = std::move(lines);
  return json_text(object);
}

int exit_status_of(const PolicyTest& test)
{
  return test.verdict.allowed ? 0 : exit_denied;
}

std::string policy_check_text(const PolicyCheck& check)
{
  std::string text;
  for (const auto& fault : check.faults) {
    text += "ERROR    " + printable(fault, false) + "\n";
  }
  for (const auto& warning : check.warnings) {
    text += "WARNING  " + printable(warning, false) + "\n";
  }
  const auto counted = [](std::size_t number, const std::string& what, const std::string& plural) {
    return std::to_string(number) + " " + (number == 1 ? what : plural);
  };
  return text + printable(check.path, false) + ": " + counted(check.policies, "policy", "policies") + ", " +
         counted(check.faults.size(), "error", "errors") + ", " +
         counted(check.warnings.size(), "warning", "warnings") + "\n";
}

std::string policy_check_json(const PolicyCheck& check)
{
  json::object object;
  object["command"] = "policy check";
  object["exit_status"] = exit_status_of(check);
  object["path"] = check.path;
  object["policies"] = check.policies;
  object["faults"] = strings(check.faults);
  object["warnings"] = strings(check.warnings);
  return json_text(object);
}

int exit_status_of(const PolicyCheck& check)
{
  return check.faults.empty() ? 0 : exit_configuration;
}

}  // namespace muster::cli
