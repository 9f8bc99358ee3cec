// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/board/board.hpp"

namespace muster::collector {

// A time in which a node was not there.
struct Absence {
  Time from;
  Time until;
};

// When a node was not there, of presences_of(): those before the first that is asked about among them, if it
// is known when they began. Pure.
std::vector<Absence> absences_of(const std::vector<PresencePart>& presences);

// The states of a check, without those that nobody knows: while its node was away, until the next of the
// check's events. Pure.
std::vector<StripPart> without_absences(
    std::vector<StripPart> parts,
    const std::vector<Absence>& absences,
    const std::vector<StoredEvent>& events);

}  // namespace muster::collector
