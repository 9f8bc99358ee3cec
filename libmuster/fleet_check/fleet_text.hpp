// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "libmuster/fleet_check/plugin_result.hpp"

namespace muster::fleet_check {

// "MCO WARNING - check_load: 2 of 40 nodes have a problem (1 CRITICAL, 1 no answer)|problems=2;1;5;0;40 …",
// then one line for each node with a problem, worst first, as many as fit into most_bytes, and how many did
// not.
std::string fleet_text(
    const Findings& findings, const Assignment& assignment, CheckState state, std::chrono::microseconds took);

}  // namespace muster::fleet_check
