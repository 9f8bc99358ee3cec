// SPDX-License-Identifier: Apache-2.0
#include "cli/gate/observation.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>
#include <utility>

#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"

namespace muster::cli::gate {

namespace {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;

std::string with_age(std::string word, const NodeAccount& node)
{
  return node.last_seen ? std::move(word) + " " + age_text(*node.last_seen) : word;
}

std::string why_absent(const FleetReport& report, const NodeAccount& node, Zone zone)
{
  switch (node.fate) {
  case Fate::refused:
    return refusal_text(report, node, zone);
  case Fate::late:
    return "still running";
  case Fate::gone: {
    const bool stopped = node.presence && node.presence->state == protocol::NodeState::stopped;
    return with_age(stopped ? "stopped" : "gone", node);
  }
  case Fate::not_meant:
    return "does not match the filter";
  case Fate::lost:
  case Fate::done:
    break;
  }
  return node.note.empty() ? "no response" : "no response: " + node.note;
}

// A node that should have answered and did not, or one that need not have.
void add_absent(Observation& seen, const NodeAccount& node, std::string why, const Strictness& strictness)
{
  const bool must_be_there = strictness.strict || strictness.named.contains(node.name);
  const bool excused = node.fate == Fate::not_meant || (node.fate == Fate::gone && !must_be_there);
  (excused ? seen.absent : seen.missing).push_back({node.name, seen.checks, true, std::move(why)});
}

void add_row(Observation& seen, const CheckRow& row)
{
  const auto& result = row.result;
  // A check that did not run is UNKNOWN and has no times. Where an answer had no room for the texts, other
  // runs have none either, but a state; an UNKNOWN one of those might not have run.
  if (row.run_time || result.state != CheckState::unknown) {
    const auto time = row.run_time.value_or(std::chrono::microseconds{0});
    seen.readings.push_back({row.node, result.check, result.state, result.summary, result.details, time});
    return;
  }
  Gap gap{row.node, {}, result.check.empty(), result.summary};
  if (!gap.whole_node) {
    gap.checks.push_back(result.check);
  }
  seen.missing.push_back(std::move(gap));
}

// "Nobody was meant: …." is a sentence; here it stands in the middle of one.
std::string nobody_reason(const FleetReport& report)
{
  const OutputOptions plain;
  auto text = nobody_text(report, plain);
  text.erase(text.find_last_not_of(".\n") + 1);
  text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return text;
}

std::string doubt_of(const FleetReport& report, const Observation& seen)
{
  if (report.interrupted) {
    return "interrupted before everybody had answered";
  }
  if (!report.broker_lost.empty()) {
    return "the broker went away";
  }
  if (report.cut_short) {
    return "the broker had not told of all nodes when the time was over";
  }
  if (seen.expected == 0) {
    return nobody_reason(report);
  }
  return report.roll_call_complete ? "" : "the broker does not tell who is there";
}

void put_in_order(Observation& seen)
{
  std::sort(seen.readings.begin(), seen.readings.end(), [](const Reading& left, const Reading& right) {
    return std::tie(left.node, left.check) < std::tie(right.node, right.check);
  });
  std::stable_sort(seen.missing.begin(), seen.missing.end(), [](const Gap& left, const Gap& right) {
    return left.node < right.node;
  });
}

}  // namespace

Observation observe(const FleetReport& report, const NrpeView& view, const Strictness& strictness, Zone zone)
{
  Observation seen;
  for (const auto& block : view.blocks) {
    if (!view.every_check) {
      seen.checks.push_back(block.check);
    }
    for (const auto& row : block.rows) {
      add_row(seen, row);
    }
  }
  for (const auto& node : report.nodes) {
    if (node.fate != Fate::done || !node.answer) {
      add_absent(seen, node, why_absent(report, node, zone), strictness);
    }
  }
  put_in_order(seen);
  seen.expected = seen.readings.size();
  for (const auto& gap : seen.missing) {
    seen.expected += gap.weight();
  }
  seen.doubt = doubt_of(report, seen);
  return seen;
}

}  // namespace muster::cli::gate
