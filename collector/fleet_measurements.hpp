// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/fleet_book.hpp"

namespace muster::collector {

// What the history keeps of each check over the whole fleet: how many nodes are in which state, how many give
// no result any more, and how long the last runs took: median, 95th percentile and the longest. To be taken
// once a minute. Pure.
inline constexpr std::chrono::seconds fleet_measured_every{60};

std::vector<Measurement> fleet_measurements(const FleetBook& book, std::chrono::sys_seconds now);

}  // namespace muster::collector
