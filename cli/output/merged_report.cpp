// SPDX-License-Identifier: Apache-2.0
#include "cli/output/merged_report.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster::cli {

namespace {

void add(fleet::Account& whole, const fleet::Account& part)
{
  whole.known += part.known;
  whole.gone += part.gone;
  whole.asked += part.asked;
  whole.done += part.done;
  whole.not_meant += part.not_meant;
  whole.refused += part.refused;
  whole.late += part.late;
  whole.lost += part.lost;
}

}  // namespace

void merge(fleet::FleetReport& whole, fleet::FleetReport part)
{
  const auto end_of_part = part.started - whole.started + part.total;
  whole.total = std::max(whole.total, std::chrono::duration_cast<std::chrono::microseconds>(end_of_part));
  whole.nodes.insert(
      whole.nodes.end(),
      std::make_move_iterator(part.nodes.begin()),
      std::make_move_iterator(part.nodes.end()));
  std::sort(whole.nodes.begin(), whole.nodes.end(), [](const auto& left, const auto& right) {
    return left.name < right.name;
  });
  add(whole.account, part.account);
  whole.roll_call_complete = whole.roll_call_complete && part.roll_call_complete;
  whole.cut_short = whole.cut_short || part.cut_short;
  whole.interrupted = whole.interrupted || part.interrupted;
  whole.broker_lost = part.broker_lost.empty() ? whole.broker_lost : part.broker_lost;
  whole.duplicates += part.duplicates;
  whole.rejected += part.rejected;
  whole.rejections.insert(whole.rejections.end(), part.rejections.begin(), part.rejections.end());
}

}  // namespace muster::cli
