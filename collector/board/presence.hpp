// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collector/board/board.hpp"

namespace muster::collector {

// What a node is now, in the words of PresencePart, and since when.
struct PresenceNow {
  std::string status;  // empty: nothing was ever heard of it
  Time since;
};

// When a node was what until `until`, of the events that told that it came or went, by itself or among many,
// the oldest first, all from `from` on. An event tells what was before it, too: who is lost was up. What no
// event tells yet, since it may be one of many, follows from `now`. The first part begins at `from`; if there
// is no event, at `now.since` where that is earlier. Pure.
std::vector<PresencePart> presences_of(
    const std::vector<StoredEvent>& events, const PresenceNow& now, Time from, Time until);

// The same without what was before `from`.
std::vector<PresencePart> presence_strip_of(
    const std::vector<StoredEvent>& events, const PresenceNow& now, Time from, Time until);

}  // namespace muster::collector
