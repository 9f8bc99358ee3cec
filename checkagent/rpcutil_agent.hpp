// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libmuster/model/facts.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/node/data_functions.hpp"
#include "libmuster/node/last_refusals.hpp"

namespace muster::checkagent {

// What agent rpcutil tells of the node. Borrowed for one call.
struct NodePortrait {
  const std::string& name;
  const std::vector<std::string>& collectives;
  const Facts& facts;
  const Expected<std::vector<std::string>>& classes;
  std::vector<std::string> health;
  std::map<std::string, std::int64_t> counters;  // as DDL rpcutil names them in daemon_stats
  const node::LastRefusals& last_refusals;
  std::map<std::string, std::string> settings;  // those of checkagent.yaml that are no secret
  std::chrono::system_clock::time_point started;
};

// Agent `rpcutil`: tells about the node, its agents and checkagent itself (DDL checkagent/ddl/rpcutil.json).
// `agents` and `functions` must outlive what is added; `look` is called once for each request, on the node's
// executor. `functions` are those of filters, for get_data; they may be filled in later.
void add_rpcutil(
    node::Agents& agents, const node::DataFunctions& functions, std::function<NodePortrait()> look);

}  // namespace muster::checkagent
