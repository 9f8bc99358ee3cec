// SPDX-License-Identifier: Apache-2.0
#include "collector/board/state_strip.hpp"

#include <algorithm>

#include "collector/board/strip_parts.hpp"

namespace muster::collector {

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

}  // namespace muster::collector
