// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "collector/board/board.hpp"

namespace muster::collector {

// Puts a stretch of time behind those that are there, and together with the last one if that is the same;
// an empty stretch is none. `was`: the member of a part that says what it is. Pure.
template <typename Part, typename State>
void add_part(std::vector<Part>& parts, Time from, Time until, State state, State Part::*was)
{
  if (from >= until) {
    return;
  }
  if (!parts.empty() && parts.back().*was == state) {
    parts.back().until = until;
  } else {
    parts.push_back({from, until, std::move(state)});
  }
}

}  // namespace muster::collector
