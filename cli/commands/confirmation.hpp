// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/commands/rpc.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::cli {

// True if nothing narrows whom the question is for.
bool is_unfiltered(const fleet::Question& question, const SelectionArguments& selection);

// Asks whether to operate on all `about` ("packages"). 0: yes. Else the exit status: 1 if the answer was not
// yes, 64 if there is no terminal to ask on.
int confirm(const FleetArguments& arguments, const std::string& about);

}  // namespace muster::cli
