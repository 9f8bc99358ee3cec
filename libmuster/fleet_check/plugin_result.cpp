// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/plugin_result.hpp"

#include <fmt/format.h>

#include "libmuster/fleet_check/fleet_text.hpp"
#include "libmuster/fleet_check/nagios_text.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::fleet_check {

namespace {

using fleet::Fate;
using fleet::FleetReport;

constexpr std::string_view cut = " … [cut]";
constexpr std::size_t longest_reason = 1024;  // of a failure: all brokers of a list may have something to say

bool is_about_one_node(const FleetReport& report, const Assignment& assignment)
{
  return assignment.strictness.named.size() == 1 && !assignment.thresholds.given() &&
         report.nodes.size() == 1;
}

PluginResult own_failure(const std::string& subject, const std::string& why)
{
  return {
      CheckState::unknown,
      fmt::format("MCO UNKNOWN - {}: {}\n", subject, truncate_utf8(nagios_line(why), longest_reason, cut))};
}

// At most `room` bytes of perfdata; of those that are too long the last values go, none is cut in two.
std::string that_fits(const std::string& perfdata, std::size_t room)
{
  if (perfdata.size() <= room) {
    return perfdata;
  }
  const auto last_blank = perfdata.rfind(' ', room);
  return last_blank == std::string::npos ? "" : perfdata.substr(0, last_blank);
}

// What the node's own plugin said, perfdata before details, as it stood there.
PluginResult passed_on(const CheckResult& run)
{
  auto text = truncate_utf8(nagios_line(run.summary), most_passed_on / 2, cut);
  const auto perfdata = that_fits(nagios_perfdata(run.perfdata), most_passed_on - text.size() - 2);
  text += (perfdata.empty() ? "" : "|") + perfdata;
  const auto details = nagios_lines(run.details);
  if (!details.empty() && text.size() + 2 < most_passed_on) {
    text += "\n" + truncate_utf8(details, most_passed_on - text.size() - 2, cut);
  }
  return {run.state, text + "\n"};
}

std::string label_of(const fleet::NodeAccount& node)
{
  if (node.fate == Fate::refused) {
    return "refused - ";
  }
  return node.fate == Fate::gone ? "" : "no answer - ";
}

PluginResult result_of_node(const fleet::NodeAccount& node, const std::string& check)
{
  const auto subject = nagios_name(check) + " on " + nagios_line(node.name);
  if (node.fate != Fate::done) {
    return own_failure(subject, label_of(node) + reason_of(node));
  }
  const auto run = run_of(node, check);
  return run ? passed_on(*run) : own_failure(subject, run.error().message);
}

CheckState worst_of(const Findings& findings)
{
  auto worst = CheckState::ok;
  for (const auto& problem : findings.problems) {
    worst = worse_of(worst, state_of(problem.standing));
  }
  return worst;
}

}  // namespace

CheckState judge(const Findings& findings, const Assignment& assignment)
{
  const auto total = findings.total();
  if (total == 0) {
    return CheckState::unknown;
  }
  const auto state = assignment.thresholds.given()
                         ? assignment.thresholds.judge(findings.problems.size(), total)
                         : worst_of(findings);
  const bool some_may_miss = findings.cut_short || (assignment.strictness.strict && !findings.all_known);
  return some_may_miss ? worse_of(state, CheckState::unknown) : state;
}

PluginResult result_of(
    const FleetReport& report, const Assignment& assignment, std::chrono::microseconds took)
{
  if (report.interrupted) {
    return failed(assignment.check, "interrupted");
  }
  if (!report.broker_lost.empty()) {
    return failed(assignment.check, "the broker went away: " + report.broker_lost);
  }
  if (is_about_one_node(report, assignment) && report.nodes.front().fate != Fate::not_meant) {
    return result_of_node(report.nodes.front(), assignment.check);
  }
  const auto findings = findings_of(report, assignment.check, assignment.strictness);
  const auto state = judge(findings, assignment);
  return {state, fleet_text(findings, assignment, state, took)};
}

PluginResult failed(const std::string& check, const std::string& why)
{
  return check.empty()
             ? PluginResult{CheckState::unknown, "MCO UNKNOWN - " + truncate_utf8(nagios_line(why), longest_reason, cut) + "\n"}
             : own_failure(nagios_name(check), why);
}

}  // namespace muster::fleet_check
