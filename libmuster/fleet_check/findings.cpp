// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/findings.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "libmuster/protocol/check_runs.hpp"

namespace muster::fleet_check {

namespace {

using fleet::Fate;
using fleet::NodeAccount;

Standing standing_of(CheckState state)
{
  switch (state) {
  case CheckState::ok:
    return Standing::ok;
  case CheckState::warning:
    return Standing::warning;
  case CheckState::critical:
    return Standing::critical;
  case CheckState::unknown:
    break;
  }
  return Standing::unknown;
}

bool counts_although_gone(const NodeAccount& node, const Strictness& strictness)
{
  return strictness.strict || std::binary_search(strictness.named.begin(), strictness.named.end(), node.name);
}

Finding finding_of_done(const NodeAccount& node, const std::string& check)
{
  auto run = run_of(node, check);
  return run ? Finding{node.name, standing_of(run->state), std::move(run->summary)}
             : Finding{node.name, Standing::unknown, std::move(run.error().message)};
}

// Nothing: the check is not about this node.
std::optional<Finding> finding_of(
    const NodeAccount& node, const std::string& check, const Strictness& strictness)
{
  switch (node.fate) {
  case Fate::done:
    return finding_of_done(node, check);
  case Fate::refused:
    return Finding{node.name, Standing::refused, reason_of(node)};
  case Fate::late:
  case Fate::lost:
    return Finding{node.name, Standing::silent, reason_of(node)};
  case Fate::gone:
    return counts_although_gone(node, strictness)
               ? std::optional{Finding{node.name, Standing::gone, reason_of(node)}}
               : std::nullopt;
  case Fate::not_meant:
    break;
  }
  return std::nullopt;
}

bool comes_before(const Finding& left, const Finding& right)
{
  const auto left_severity = severity(state_of(left.standing));
  const auto right_severity = severity(state_of(right.standing));
  return std::tie(right_severity, left.standing, left.name) <
         std::tie(left_severity, right.standing, right.name);
}

std::string age_text(std::chrono::seconds age)
{
  constexpr std::pair<std::chrono::seconds, std::string_view> units[]{
      {std::chrono::days{1}, "d"}, {std::chrono::hours{1}, "h"}, {std::chrono::minutes{1}, "min"}};
  for (const auto& [unit, name] : units) {
    if (age >= unit) {
      return fmt::format("{} {}", age / unit, name);
    }
  }
  return fmt::format("{} s", std::max(age, std::chrono::seconds{0}).count());
}

std::string gone_text(const NodeAccount& node)
{
  const bool stopped = node.presence && node.presence->state == protocol::NodeState::stopped;
  const std::string word = stopped ? "checkagent was stopped" : "gone";
  return node.last_seen ? word + ", " + age_text(*node.last_seen) + " ago" : word;
}

std::string refusal_text(const NodeAccount& node)
{
  if (!node.answer) {
    return "refused";
  }
  std::string reason{to_string(node.answer->reason)};
  std::replace(reason.begin(), reason.end(), '_', ' ');
  return node.answer->message.empty() ? reason : reason + ": " + node.answer->message;
}

// A status other than 0 says nothing where there is a run: it is 1 for a check that is not OK, too.
tl::unexpected<Error> why_no_run(
    const protocol::Answer& answer, const Expected<std::vector<CheckResult>>& runs)
{
  if (answer.status != 0) {
    return failure(
        ErrorCode::not_found,
        answer.message.empty() ? fmt::format("status {}", answer.status) : answer.message);
  }
  return runs ? failure(ErrorCode::not_found, "no result of this check in the answer")
              : tl::unexpected{runs.error().with_context("answer not understood")};
}

}  // namespace

CheckState state_of(Standing standing)
{
  switch (standing) {
  case Standing::ok:
    return CheckState::ok;
  case Standing::warning:
    return CheckState::warning;
  case Standing::critical:
    return CheckState::critical;
  default:
    return CheckState::unknown;
  }
}

std::size_t Findings::total() const
{
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::size_t Findings::missing() const
{
  return count(Standing::silent) + count(Standing::refused) + count(Standing::gone);
}

Findings findings_of(const fleet::FleetReport& report, const std::string& check, const Strictness& strictness)
{
  Findings findings;
  findings.asked = report.account.asked;
  findings.gone = report.account.gone;
  findings.all_known = report.roll_call_complete;
  findings.cut_short = report.cut_short;
  for (const auto& node : report.nodes) {
    auto finding = finding_of(node, check, strictness);
    if (!finding) {
      continue;
    }
    ++findings.counts.at(static_cast<std::size_t>(finding->standing));
    if (finding->standing != Standing::ok) {
      findings.problems.push_back(std::move(*finding));
    }
  }
  std::sort(findings.problems.begin(), findings.problems.end(), comes_before);
  return findings;
}

Expected<CheckResult> run_of(const NodeAccount& node, const std::string& check)
{
  if (!node.answer) {
    return failure(ErrorCode::not_found, "no answer");
  }
  auto runs = protocol::check_runs_from_json(node.answer->data);
  if (runs) {
    const auto run = std::find_if(
        runs->begin(), runs->end(), [&check](const CheckResult& result) { return result.check == check; });
    if (run != runs->end()) {
      return std::move(*run);
    }
  }
  return why_no_run(*node.answer, runs);
}

std::string reason_of(const NodeAccount& node)
{
  if (node.fate == Fate::refused) {
    return refusal_text(node);
  }
  return node.fate == Fate::gone ? gone_text(node) : node.note;
}

}  // namespace muster::fleet_check
