// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/output/found_nodes.hpp"
#include "cli/output/nrpe_view.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// The exit status that a report asks for. That the run was interrupted (130) or had no broker (69) is not in
// it: whoever ran it knows.

// `mco nrpe`: the worst state, 0 to 3. Nodes that refused, are late or lost are UNKNOWN; so are the gone if
// they were named or with `strict`, and so is everything if nobody was meant.
int nrpe_exit_status(const fleet::FleetReport& report, const NrpeView& view, const Strictness& strictness);

// Other commands, MCollective's: 0 all done, 1 nobody matched, 2 some failed, 3 none answered.
int command_exit_status(
    const fleet::FleetReport& report, const Strictness& strictness, FoundBy found_by = FoundBy::answer);

}  // namespace muster::cli
