// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// `mco describe_filter`: asks nobody and needs no configuration. Returns the exit status.
int run_describe_filter(const FleetArguments& arguments);

}  // namespace muster::cli
