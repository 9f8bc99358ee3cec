// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/found_nodes.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What `mco find` prints to standard output: the names, one to a line, sorted.
std::string find_text(const fleet::FleetReport& report, FoundBy found_by);

// What it prints to standard error: whether it was interrupted and why nobody was found; with `verbose` also
// how many in what time, and who did not answer.
std::string find_remarks(const fleet::FleetReport& report, FoundBy found_by, const OutputOptions& options);

}  // namespace muster::cli
