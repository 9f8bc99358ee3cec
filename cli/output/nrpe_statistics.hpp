// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/nrpe_view.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// The block of `-v`: MCollective's six lines, then percentiles of the run time, the slowest nodes, and what
// was ignored. "Agent Time" is until the last answer: it runs beside the discovery, so the two do not add up.
std::string nrpe_statistics(
    const fleet::FleetReport& report, const NrpeView& view, const OutputOptions& options);

}  // namespace muster::cli
