// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "checkagent/nrpe_agent.hpp"
#include "checkagent/run_queue.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/node/data_functions.hpp"

namespace muster::checkagent {

// All data functions that checkagent has built in, from its parts, which must outlive them. `fact` is not
// among them: a filter reads facts itself.
node::DataFunctions built_in_functions(
    NrpeAgent& nrpe,
    RunQueue& queue,
    const node::Agents& agents,
    const std::vector<std::string>& collectives);

}  // namespace muster::checkagent
