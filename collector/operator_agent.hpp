// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/board/board.hpp"
#include "libmuster/node/agents.hpp"

namespace muster::collector {

// Agent `collector`: what `mco status`, `mco history` and their like ask for (DDL
// collector/ddl/collector.json). The board must outlive the agents; both live on one executor.
void add_operator_agent(node::Agents& agents, Board& board);

}  // namespace muster::collector
