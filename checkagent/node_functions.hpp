// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "checkagent/agents.hpp"
#include "checkagent/data_functions.hpp"
#include "checkagent/nrpe_agent.hpp"
#include "checkagent/run_queue.hpp"

namespace muster::checkagent {

// All data functions that checkagent has built in, from its parts, which must outlive them. `fact` is not
// among them: a filter reads facts itself.
DataFunctions built_in_functions(
    NrpeAgent& nrpe, RunQueue& queue, const Agents& agents, const std::vector<std::string>& collectives);

}  // namespace muster::checkagent
