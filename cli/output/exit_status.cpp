// SPDX-License-Identifier: Apache-2.0
#include "cli/output/exit_status.hpp"

#include <algorithm>

#include "cli/output/headline.hpp"

namespace muster::cli {

namespace {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;

// A gone node that had to be there.
bool is_missed(const NodeAccount& node, const Strictness& strictness)
{
  return node.fate == Fate::gone && (strictness.strict || strictness.named.contains(node.name));
}

bool misses_somebody(const FleetReport& report, const Strictness& strictness)
{
  const bool unknown_who = report.cut_short || (strictness.strict && !report.roll_call_complete);
  return unknown_who || std::any_of(report.nodes.begin(), report.nodes.end(), [&](const NodeAccount& node) {
           return is_missed(node, strictness);
         });
}

bool failed(const NodeAccount& node, const Strictness& strictness, FoundBy found_by)
{
  switch (node.fate) {
  case Fate::done:
    return node.answer && node.answer->status != 0;
  case Fate::not_meant:
    return false;
  case Fate::gone:
    return is_missed(node, strictness);
  case Fate::refused:
  case Fate::late:
  case Fate::lost:
    break;
  }
  return !is_found(node, found_by);
}

bool gave_a_sign(const NodeAccount& node, FoundBy found_by)
{
  return is_found(node, found_by) || node.fate == Fate::refused || node.fate == Fate::late;
}

}  // namespace

int nrpe_exit_status(const FleetReport& report, const NrpeView& view, const Strictness& strictness)
{
  auto worst =
      nobody_was_meant(report) || misses_somebody(report, strictness) ? CheckState::unknown : CheckState::ok;
  for (std::size_t i = 0; i < view.totals.size(); ++i) {
    if (view.totals.at(i) > 0) {
      worst = worse_of(worst, static_cast<CheckState>(i));
    }
  }
  return static_cast<int>(worst);
}

int command_exit_status(const FleetReport& report, const Strictness& strictness, FoundBy found_by)
{
  std::size_t signs = 0;
  std::size_t failures = 0;
  for (const auto& node : report.nodes) {
    signs += gave_a_sign(node, found_by) ? 1U : 0U;
    failures += failed(node, strictness, found_by) ? 1U : 0U;
  }
  if (signs == 0) {
    return failures == 0 ? 1 : 3;
  }
  const bool unknown_who = report.cut_short || (strictness.strict && !report.roll_call_complete);
  return failures > 0 || unknown_who ? 2 : 0;
}

}  // namespace muster::cli
