// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/junit.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"

namespace muster::cli::gate {

namespace {

constexpr std::size_t longest_message = 1000;  // of an attribute; the text below has the whole

struct Suite {
  std::string name;
  std::vector<const TestCase*> cases;
};

std::vector<Suite> suites_of(const std::vector<TestCase>& cases)
{
  std::vector<Suite> suites;
  std::map<std::string_view, std::size_t> index;
  for (const auto& one : cases) {
    const auto [place, is_new] = index.emplace(one.suite, suites.size());
    if (is_new) {
      suites.push_back({one.suite, {}});
    }
    suites[place->second].cases.push_back(&one);
  }
  return suites;
}

// Seconds with milliseconds, in integers: no locale can change the point.
std::string seconds_text(std::chrono::microseconds time)
{
  const auto count = std::max<std::int64_t>(time.count(), 0) / 1000;
  return fmt::format("{}.{:03}", count / 1000, count % 1000);
}

std::string counts_text(const std::vector<const TestCase*>& cases)
{
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::chrono::microseconds time{};
  for (const auto* one : cases) {
    failures += one->outcome == Outcome::failure ? 1U : 0U;
    errors += one->outcome == Outcome::error ? 1U : 0U;
    skipped += one->outcome == Outcome::skipped ? 1U : 0U;
    time += one->time;
  }
  return fmt::format(
      R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{}")",
      cases.size(),
      failures,
      errors,
      skipped,
      seconds_text(time));
}

std::string outcome_xml(const TestCase& one)
{
  const auto message = xml_text(truncate_utf8(one.message, longest_message, "…"));
  if (one.outcome == Outcome::skipped) {
    return fmt::format("      <skipped message=\"{}\"/>\n", message);
  }
  const std::string_view name = one.outcome == Outcome::failure ? "failure" : "error";
  return fmt::format(
      "      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n",
      name,
      message,
      xml_text(one.type),
      xml_text(one.text));
}

std::string case_xml(const TestCase& one)
{
  const auto head = fmt::format(
      R"(    <testcase classname="{}" name="{}" time="{}")",
      xml_text(one.suite),
      xml_text(one.name),
      seconds_text(one.time));
  if (one.outcome == Outcome::passed) {
    return head + "/>\n";
  }
  return head + ">\n" + outcome_xml(one) + "    </testcase>\n";
}

std::string suite_xml(const Suite& suite)
{
  auto text = fmt::format("  <testsuite name=\"{}\" {}>\n", xml_text(suite.name), counts_text(suite.cases));
  for (const auto* one : suite.cases) {
    text += case_xml(*one);
  }
  return text + "  </testsuite>\n";
}

void append_character(std::string& text, const Utf8Step& step)
{
  switch (step.code_point) {
  case '&':
    text += "&amp;";
    return;
  case '<':
    text += "&lt;";
    return;
  case '>':
    text += "&gt;";
    return;
  case '"':
    text += "&quot;";
    return;
  case '\n':
    text += "&#10;";  // a reader of an attribute makes a blank of a bare one
    return;
  case '\t':
    text += "&#9;";
    return;
  case 0xFFFE:  // the two that XML 1.0 leaves out and printable() does not
  case 0xFFFF:
    append_utf8(text, 0xFFFD);
    return;
  default:
    append_utf8(text, step.code_point);
  }
}

}  // namespace

std::string xml_text(std::string_view text)
{
  const auto safe = printable(text, true);
  std::string escaped;
  for (std::string_view rest = safe; !rest.empty();) {
    const auto step = next_code_point(rest);
    append_character(escaped, step);
    rest.remove_prefix(step.bytes);
  }
  return escaped;
}

std::string junit_xml(const std::vector<TestCase>& cases)
{
  std::vector<const TestCase*> all;
  all.reserve(cases.size());
  for (const auto& one : cases) {
    all.push_back(&one);
  }
  auto text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mco gate\" " + counts_text(all) + ">\n";
  for (const auto& suite : suites_of(cases)) {
    text += suite_xml(suite);
  }
  return text + "</testsuites>\n";
}

}  // namespace muster::cli::gate
