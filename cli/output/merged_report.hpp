// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// Adds what a later request of the same run told of other nodes. The times of the whole are those of the
// first and, as to the end, of the last.
void merge(fleet::FleetReport& whole, fleet::FleetReport part);

}  // namespace muster::cli
