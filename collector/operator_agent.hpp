// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "collector/board/board.hpp"
#include "libmuster/node/agents.hpp"

namespace muster::collector {

// Agent `collector`: what `mco status`, `mco history` and their like ask for (DDL
// collector/ddl/collector.json). The board must outlive the agents; both live on one executor.
void add_operator_agent(node::Agents& agents, Board& board);

// Of its actions those that do more than read, as "agent.action". They change the collector and no node, so
// that without a policy everybody who may ask may do them; but `audit: changes` has them on record.
std::set<std::string> operator_acts();

}  // namespace muster::collector
