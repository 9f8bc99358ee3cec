// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/fleet_text.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "libmuster/fleet_check/nagios_text.hpp"
#include "libmuster/model/decimal.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::fleet_check {

namespace {

constexpr std::string_view mark = "…";
constexpr std::size_t longest_summary = 200;   // room for some forty nodes, and enough to know what is wrong
constexpr std::size_t room_for_the_rest = 80;  // of the line that says how many are not told

std::string_view word_of(Standing standing)
{
  switch (standing) {
  case Standing::silent:
    return "no answer";
  case Standing::refused:
    return "refused";
  case Standing::gone:
    return "gone";
  default:
    return to_string(state_of(standing));
  }
}

// "1 CRITICAL, 2 no answer"
std::string kinds(const Findings& findings)
{
  std::string text;
  for (const auto standing :
       {Standing::critical,
        Standing::unknown,
        Standing::silent,
        Standing::refused,
        Standing::gone,
        Standing::warning}) {
    if (const auto count = findings.count(standing); count > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word_of(standing));
    }
  }
  return text;
}

std::string why_nobody(const Findings& findings)
{
  if (!findings.all_known) {
    return "nobody answered, and the broker does not tell who is there";
  }
  if (findings.asked > 0) {
    return fmt::format("nobody was meant: {} asked, and none matches the filter", findings.asked);
  }
  return findings.gone > 0 ? "nobody could be asked: every node that matches is gone"
                           : "nobody was meant: the broker knows no node that matches";
}

std::string what_came_of_it(const Findings& findings)
{
  const auto total = findings.total();
  if (total == 0) {
    return why_nobody(findings);
  }
  const auto problems = findings.problems.size();
  auto text = problems == 0 ? fmt::format("no problem on {} node{}", total, total == 1 ? "" : "s")
                            : fmt::format(
                                  "{} of {} node{} {} a problem ({})",
                                  problems,
                                  total,
                                  total == 1 ? "" : "s",
                                  problems == 1 ? "has" : "have",
                                  kinds(findings));
  if (findings.cut_short) {
    return text + "; there was no time to learn of all nodes: a longer -t may help";
  }
  return findings.all_known ? text : text + "; the broker does not tell who else is there";
}

std::string range_of(const std::optional<CountThreshold>& threshold, bool percent)
{
  return threshold && threshold->percent == percent ? to_string(threshold->range) : "";
}

bool is_share(const std::optional<CountThreshold>& threshold)
{
  return threshold && threshold->percent;
}

std::string share_perfdata(std::size_t problems, std::size_t total, const CountThresholds& thresholds)
{
  if (!is_share(thresholds.warning) && !is_share(thresholds.critical)) {
    return {};
  }
  const auto share = std::round(share_in_percent(problems, total) * 100.0) / 100.0;
  return fmt::format(
      " problems_share={}%;{};{};0;100",
      format_decimal(share),
      range_of(thresholds.warning, true),
      range_of(thresholds.critical, true));
}

std::string perfdata(
    const Findings& findings, const CountThresholds& thresholds, std::chrono::microseconds took)
{
  const auto total = findings.total();
  const auto problems = findings.problems.size();
  return fmt::format(
      "problems={};{};{};0;{}{} ok={} warning={} critical={} unknown={} missing={} time={:.3f}s",
      problems,
      range_of(thresholds.warning, false),
      range_of(thresholds.critical, false),
      findings.all_known ? fmt::format("{}", total) : "",
      share_perfdata(problems, total, thresholds),
      findings.count(Standing::ok),
      findings.count(Standing::warning),
      findings.count(Standing::critical),
      findings.count(Standing::unknown),
      findings.missing(),
      std::chrono::duration<double>{took}.count());
}

std::string line_of(const Finding& problem)
{
  const auto text = truncate_utf8(nagios_line(problem.text), longest_summary, mark);
  return fmt::format(
      "{}: {}{}{}\n", nagios_line(problem.name), word_of(problem.standing), text.empty() ? "" : " - ", text);
}

void add_problems(std::string& text, const Findings& findings)
{
  std::size_t told = 0;
  for (const auto& problem : findings.problems) {
    const auto line = line_of(problem);
    if (text.size() + line.size() + room_for_the_rest > most_bytes) {
      break;
    }
    text += line;
    ++told;
  }
  if (const auto left = findings.problems.size() - told; left > 0) {
    text += fmt::format("and {} more: mco nrpe shows them all\n", left);
  }
}

}  // namespace

std::string fleet_text(
    const Findings& findings, const Assignment& assignment, CheckState state, std::chrono::microseconds took)
{
  auto text = fmt::format(
      "MCO {} - {}: {}", to_string(state), nagios_name(assignment.check), what_came_of_it(findings));
  if (findings.total() > 0) {
    text += "|" + perfdata(findings, assignment.thresholds, took);
  }
  text += "\n";
  add_problems(text, findings);
  return text;
}

}  // namespace muster::fleet_check
