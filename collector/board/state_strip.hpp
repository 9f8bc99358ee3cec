// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/board/board.hpp"

namespace muster::collector {

// The states of a check from `from` to `until`, of its events of state, the oldest first: the last before
// `from`, if there was one, and all after. `current` is what it is in since the last of them; with no event
// at all it was never anything else. Before the first event nothing is known, unless the event tells what was
// before. Pure.
std::vector<StripPart> strip_of(
    const std::vector<StoredEvent>& events, CheckState current, Time from, Time until);

}  // namespace muster::collector
