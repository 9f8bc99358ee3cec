// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor/judge_fleet.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>

namespace muster::cli::doctor {

namespace {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;
using protocol::Refusal;
using std::chrono::milliseconds;

using Names = std::vector<std::string>;

// "web1, web2, web3 and 40 more".
std::string list_of(const Names& names)
{
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() <= shown ? text : text + fmt::format(" and {} more", names.size() - shown);
}

std::string counted(std::size_t number, std::string_view what)
{
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

Names names_where(const FleetReport& report, const std::function<bool(const NodeAccount&)>& holds)
{
  Names names;
  for (const auto& node : report.nodes) {
    if (holds(node)) {
      names.push_back(node.name);
    }
  }
  return names;
}

std::string ask_the_doctor(const Names& names)
{
  return "`mco doctor " + names.front() + "` tells why";
}

std::string seconds_text(milliseconds offset)
{
  return fmt::format("{:.1f} s", std::abs(static_cast<double>(offset.count())) / 1000.0);
}

bool is_off(milliseconds offset, milliseconds by)
{
  return std::chrono::abs(offset) > by;
}

Finding::Grade grade_of(milliseconds offset)
{
  return is_off(offset, clock_offset_refused) ? Finding::Grade::problem : Finding::Grade::warning;
}

constexpr const char* set_clocks = "`timedatectl set-ntp true`, or install chrony";

std::vector<const NodeAccount*> with_a_clock(const FleetReport& report)
{
  std::vector<const NodeAccount*> nodes;
  for (const auto& node : report.nodes) {
    if (node.answer) {
      nodes.push_back(&node);
    }
  }
  std::sort(nodes.begin(), nodes.end(), [](const NodeAccount* left, const NodeAccount* right) {
    return left->clock_offset < right->clock_offset;
  });
  return nodes;
}

Finding judge_our_clock(milliseconds median, std::size_t nodes)
{
  return {
      grade_of(median),
      "clock",
      fmt::format(
          "this machine's clock is {} {} those of most of {}",
          seconds_text(median),
          median.count() > 0 ? "behind" : "ahead of",
          counted(nodes, "node")),
      std::string{"set the clock of this machine: "} + set_clocks};
}

Finding judge_one_clock(const NodeAccount& node)
{
  return {
      grade_of(node.clock_offset),
      "clock",
      fmt::format(
          "the clocks of this machine and of {} are {} apart", node.name, seconds_text(node.clock_offset)),
      std::string{"on the one that is wrong: "} + set_clocks};
}

void judge_gone(const FleetReport& report, Findings& findings)
{
  const auto gone = names_where(report, [](const NodeAccount& node) { return node.fate == Fate::gone; });
  if (!gone.empty()) {
    findings.push_back(warning(
        "fleet",
        counted(gone.size(), "node") + " gone: " + list_of(gone),
        ask_the_doctor(gone) + "; `mco node forget NAME` if it will not come back"));
  }
}

void judge_silent(const FleetReport& report, Findings& findings)
{
  const auto silent = names_where(
      report, [](const NodeAccount& node) { return node.fate == Fate::lost || node.fate == Fate::late; });
  if (!silent.empty()) {
    findings.push_back(problem(
        "fleet",
        counted(silent.size(), "node") + " up but silent: " + list_of(silent),
        ask_the_doctor(silent)));
  }
}

void judge_refusals(const FleetReport& report, const std::string& caller, Findings& findings)
{
  std::map<Refusal, Names> refused;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::refused && node.answer) {
      refused[node.answer->reason].push_back(node.name);
    }
  }
  for (const auto& [reason, names] : refused) {
    findings.push_back(problem(
        "fleet",
        fmt::format(
            "{} refused ({}): {}",
            counted(names.size(), "node"),
            protocol::to_string(reason),
            list_of(names)),
        fix_of(reason, caller)));
  }
}

void judge_health(const FleetReport& report, Findings& findings)
{
  const auto says = [](const NodeAccount& node, bool of_a_double) {
    return node.fate != Fate::gone && node.presence &&
           std::any_of(
               node.presence->health.begin(),
               node.presence->health.end(),
               [of_a_double](const auto& sentence) { return tells_of_a_double(sentence) == of_a_double; });
  };
  const auto broken = names_where(report, [&](const NodeAccount& node) { return says(node, false); });
  const auto doubled = names_where(report, [&](const NodeAccount& node) { return says(node, true); });
  if (!broken.empty()) {
    findings.push_back(warning(
        "health",
        counted(broken.size(), "node") + " with something broken: " + list_of(broken),
        ask_the_doctor(broken)));
  }
  if (!doubled.empty()) {
    findings.push_back(problem(
        "names",
        "two nodes have one name: " + list_of(doubled),
        "give each checkagent an `identity` and a certificate of its own"));
  }
}

Finding judge_versions(const FleetReport& report)
{
  std::map<std::string, std::size_t> versions;
  for (const auto& node : report.nodes) {
    if (node.presence && node.fate != Fate::gone) {
      ++versions[node.presence->version];
    }
  }
  std::string text;
  for (const auto& [version, number] : versions) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", version, counted(number, "node"));
  }
  const std::string ours =
      std::string{"mco "} + MUSTER_VERSION + "; checkagent " + (text.empty() ? "unknown" : text);
  const bool same = versions.empty() || (versions.size() == 1 && versions.begin()->first == MUSTER_VERSION);
  return same ? good("versions", ours)
              : warning("versions", ours, "bring all of them to one version, the nodes first");
}

}  // namespace

bool tells_of_a_double(const std::string& health)
{
  return health.starts_with("another program has connected with the name ") ||
         health.starts_with("another checkagent announces itself as ");
}

std::string fix_of(Refusal reason, const std::string& caller)
{
  switch (reason) {
  case Refusal::policy:
    return "the policy on the node decides what " + caller + " may do there: ask who owns the node";
  case Refusal::unknown_key:
    return "copy " + caller + ".pub into the folder `trusted_callers` of the node (/etc/muster/callers.d)";
  case Refusal::bad_signature:
    return "the node has another key of " + caller + ": copy the present " + caller +
           ".pub into its folder `trusted_callers` (/etc/muster/callers.d)";
  case Refusal::clock:
  case Refusal::expired:
    return std::string{"set the clock that is wrong: "} + set_clocks;
  case Refusal::busy:
    return "ask again later; if it stays so, raise `limits` in its checkagent.yaml";
  case Refusal::malformed:
    return "mco and checkagent do not understand one another: bring both to one version";
  case Refusal::restarted:
  case Refusal::replayed:
    break;
  }
  return "ask again";
}

Finding judge_clock(const FleetReport& report)
{
  const auto nodes = with_a_clock(report);
  if (nodes.empty()) {
    return warning(
        "clock", "no node answered, so there is no clock to compare with", "first what `fleet` says");
  }
  const auto median = nodes[nodes.size() / 2]->clock_offset;
  if (nodes.size() > 1 && is_off(median, clock_offset_worth_telling)) {
    return judge_our_clock(median, nodes.size());
  }
  std::vector<const NodeAccount*> off;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(off), [](const NodeAccount* node) {
    return is_off(node->clock_offset, clock_offset_worth_telling);
  });
  if (off.empty()) {
    return good("clock", fmt::format("this machine and {} agree within 2 s", counted(nodes.size(), "node")));
  }
  if (off.size() == 1) {
    return judge_one_clock(*off.front());
  }
  Names names;
  auto grade = Finding::Grade::warning;
  for (const auto* node : off) {
    names.push_back(node->name);
    grade = std::max(grade, grade_of(node->clock_offset));
  }
  return {
      grade,
      "clock",
      fmt::format("the clocks of {} are off: {}", counted(off.size(), "node"), list_of(names)),
      std::string{"on them: "} + set_clocks};
}

Findings judge_fleet(const FleetReport& report, const std::string& caller)
{
  Findings findings;
  const auto& account = report.account;
  if (account.known == 0) {
    findings.push_back(warning(
        "fleet",
        "no node is known and none answered",
        "start checkagent on one; on it, `checkagent --self-test` tells what is missing"));
    return findings;
  }
  if (account.done > 0) {
    findings.push_back(
        good("fleet", fmt::format("{} of {} answered", account.done, counted(account.known, "node"))));
  }
  judge_silent(report, findings);
  judge_refusals(report, caller, findings);
  judge_gone(report, findings);
  judge_health(report, findings);
  findings.push_back(judge_versions(report));
  return findings;
}

}  // namespace muster::cli::doctor
