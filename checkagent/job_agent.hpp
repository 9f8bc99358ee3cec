// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "libmuster/node/agents.hpp"
#include "libmuster/node/jobs.hpp"

namespace muster::checkagent {

// Whether `caller` may call an action on this node now. What a job gave, and its end, are for those who may
// call what it does.
using MayCall =
    std::function<bool(const std::string& caller, const std::string& agent, const std::string& action)>;

// Agent `job`: list, status, result and cancel. A job that the node does not have is told by the state
// "unknown", for most nodes of a fleet have not been asked to begin it. `jobs` must outlive the agents.
void add_job_agent(node::Agents& agents, node::Jobs& jobs, MayCall may_call);

}  // namespace muster::checkagent
