// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// "Finished processing 43 / 43 hosts in 439.98 ms" and a line feed. The numbers are green only if nobody at
// all is missing, yellow if only gone nodes are or if it is not known who should be there ("43 / ?"), else
// red.
std::string headline(const fleet::FleetReport& report, const OutputOptions& options);

// How many should have done it: a number, or "?" when the broker did not tell.
std::string expected_text(const fleet::FleetReport& report);

// "Interrupted: what had come so far" and an empty line, if it was; else nothing.
std::string interrupted_text(const fleet::FleetReport& report, const OutputOptions& options);

// True if nobody did it and nobody should have.
bool nobody_was_meant(const fleet::FleetReport& report);

// Says so and why, one line.
std::string nobody_text(const fleet::FleetReport& report, const OutputOptions& options);

}  // namespace muster::cli
