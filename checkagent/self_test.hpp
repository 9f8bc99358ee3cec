// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checkagent/settings.hpp"

namespace muster::checkagent {

// `checkagent --check-config`: reads everything that the configuration names, prints what is wrong to
// standard error, returns the exit status: 0, or 78.
int check_configuration(const Settings& settings);

// `checkagent --self-test`: does what a node does, once, and prints one line for each thing tried, with the
// fix for what failed. Returns 0 if the node would work, else 78.
int self_test(const Settings& settings);

}  // namespace muster::checkagent
