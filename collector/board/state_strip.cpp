// SPDX-License-Identifier: Apache-2.0
#include "collector/board/state_strip.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "collector/board/strip_parts.hpp"

namespace muster::collector {

namespace {

// What a node was before an event, and after.
using Presences = std::pair<std::string_view, std::string_view>;

Presences presences_of(const StoredEvent& event)
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

}  // namespace

std::vector<StripPart> strip_of(
    const std::vector<StoredEvent>& events, CheckState current, Time from, Time until)
{
  std::vector<StripPart> parts;
  auto state = events.empty() ? std::optional{current} : events.front().before;
  auto since = from;
  for (const auto& event : events) {
    const auto time = std::clamp(event.time, from, until);
    add_part(parts, since, time, state, &StripPart::state);
    since = std::max(since, time);
    state = event.after;
  }
  add_part(parts, since, until, state, &StripPart::state);
  return parts;
}

std::vector<PresencePart> presence_strip_of(
    const std::vector<StoredEvent>& events, const std::string& current, Time from, Time until)
{
  std::vector<PresencePart> parts;
  std::string status{events.empty() ? current : presences_of(events.front()).first};
  auto since = from;
  for (const auto& event : events) {
    const auto time = std::clamp(event.time, from, until);
    add_part(parts, since, time, status, &PresencePart::status);
    since = std::max(since, time);
    status = presences_of(event).second;
  }
  add_part(parts, since, until, current, &PresencePart::status);
  return parts;
}

}  // namespace muster::collector
