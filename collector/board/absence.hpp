// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/board/board.hpp"

namespace muster::collector {

// A time in which a node was not there.
struct Absence {
  Time from;
  Time until;
};

// When a node was not there, of its events and those about many nodes, the oldest first, all from `from` on.
// `absent_since`: given if it is away now, which no event may tell yet. Pure.
std::vector<Absence> absences_of(
    const std::vector<StoredEvent>& events,
    const std::string& node,
    std::optional<Time> absent_since,
    Time from,
    Time until);

// The states of a check, without those that nobody knows: while its node was away, until the next of the
// check's events. Pure.
std::vector<StripPart> without_absences(
    std::vector<StripPart> parts,
    const std::vector<Absence>& absences,
    const std::vector<StoredEvent>& events);

}  // namespace muster::collector
