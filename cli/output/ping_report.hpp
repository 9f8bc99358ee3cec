// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What `mco ping` prints to standard output: a line for each node that answered, the fastest first, the
// statistics, and who did not answer and since when.
std::string ping_text(const fleet::FleetReport& report, const OutputOptions& options);

}  // namespace muster::cli
