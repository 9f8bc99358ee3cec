// SPDX-License-Identifier: Apache-2.0
#include "collector/board/state_strip.hpp"

#include <algorithm>

namespace muster::collector {

namespace {

void add(std::vector<StripPart>& parts, Time from, Time until, std::optional<CheckState> state)
{
  if (from >= until) {
    return;
  }
  if (!parts.empty() && parts.back().state == state) {
    parts.back().until = until;
  } else {
    parts.push_back({from, until, state});
  }
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
    add(parts, since, time, state);
    since = std::max(since, time);
    state = event.after;
  }
  add(parts, since, until, state);
  return parts;
}

}  // namespace muster::collector
