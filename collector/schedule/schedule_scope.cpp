// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/schedule_scope.hpp"

#include <algorithm>
#include <utility>

namespace muster::collector {

ScheduleScope::ScheduleScope(const std::vector<ScheduleEntry>& entries)
{
  scopes_.reserve(entries.size());
  for (const auto& entry : entries) {
    scopes_.push_back({entry.collective, CompiledFilter::compile(entry.filter).value()});
  }
}

std::vector<bool> ScheduleScope::meant(const protocol::Presence& presence) const
{
  const AnnouncedNode node{
      {presence.name, presence.facts, presence.classes, presence.agents}, presence.all_classes};
  std::vector<bool> meant;
  meant.reserve(scopes_.size());
  for (const auto& scope : scopes_) {
    const auto& reached = presence.collectives;
    const bool is_asked = std::find(reached.begin(), reached.end(), scope.collective) != reached.end();
    meant.push_back(is_asked && scope.filter.decide_partially(node) != Verdict::no);
  }
  return meant;
}

}  // namespace muster::collector
