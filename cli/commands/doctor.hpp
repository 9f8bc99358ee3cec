// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// `mco doctor`: tries everything that asking the fleet needs, and says what was found and what to do about
// it. Returns 0, 2 if there is a problem, 69 if no broker can be reached, 78 without a valid configuration.
int run_doctor(const FleetArguments& arguments);

// `mco doctor NODE…`: why these nodes are silent, or that they are not. Returns as above, and 64 for what can
// be no node's name, 77 without a key.
int run_doctor_on(const FleetArguments& arguments, const std::vector<std::string>& words);

}  // namespace muster::cli
