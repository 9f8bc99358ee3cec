// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/nrpe_view.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What `mco nrpe` prints to standard output: the problems, worst first, then the headline, the counts and who
// did not answer; with `verbose` every node, and the statistics in place of the headline. docs/output.md
// shows the layouts.
std::string nrpe_text(const fleet::FleetReport& report, const NrpeView& view, const OutputOptions& options);

// The four counts in their fixed order, one to a line.
std::string counts_text(const StateCounts& counts);

}  // namespace muster::cli
