// SPDX-License-Identifier: Apache-2.0
#include "collector/board/presence.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "collector/board/strip_parts.hpp"

namespace muster::collector {

namespace {

// What a node was before an event, and after.
using Presences = std::pair<std::string_view, std::string_view>;

Presences told_by(const StoredEvent& event)
{
  constexpr std::array<std::pair<std::string_view, Presences>, 10> all{
      {{"node_new", {"", "up"}},
       {"node_gone", {"up", "gone"}},
       {"nodes_lost", {"up", "gone"}},
       {"node_stopped", {"up", "stopped"}},
       {"nodes_stopped", {"up", "stopped"}},
       {"node_vanished", {"gone", "vanished"}},
       {"nodes_vanished", {"gone", "vanished"}},
       {"node_back", {"gone", "up"}},
       {"nodes_back", {"gone", "up"}},
       {"node_forgotten", {"gone", ""}}}};
  const auto* const found =
      std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == event.kind; });
  return found == all.end() ? Presences{} : found->second;
}

// What a node was before it became this, of which no event tells.
std::string_view before(std::string_view status)
{
  if (status.empty()) {
    return {};
  }
  return status == "up" || status == "vanished" ? "gone" : "up";
}

}  // namespace

std::vector<PresencePart> presences_of(
    const std::vector<StoredEvent>& events, const PresenceNow& now, Time from, Time until)
{
  std::vector<PresencePart> parts;
  std::string status{events.empty() ? before(now.status) : told_by(events.front()).first};
  auto since = events.empty() ? std::min(from, now.since) : from;
  for (const auto& event : events) {
    const auto time = std::clamp(event.time, from, until);
    add_part(parts, since, time, status, &PresencePart::status);
    since = std::max(since, time);
    status = told_by(event).second;
  }
  const auto untold = status == now.status ? since : std::clamp(now.since, since, until);
  add_part(parts, since, untold, status, &PresencePart::status);
  add_part(parts, untold, until, now.status, &PresencePart::status);
  return parts;
}

std::vector<PresencePart> presence_strip_of(
    const std::vector<StoredEvent>& events, const PresenceNow& now, Time from, Time until)
{
  auto parts = presences_of(events, now, from, until);
  if (!parts.empty()) {
    parts.front().from = std::max(parts.front().from, from);
  }
  return parts;
}

}  // namespace muster::collector
