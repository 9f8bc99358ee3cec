// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "cli/doctor/finding.hpp"
#include "cli/doctor/observations.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli::doctor {

// What is known of one node that was asked directly.
struct NodeFacts {
  std::string name;
  std::optional<SeenPresence> presence;          // nothing: the broker has never heard of it
  std::optional<fleet::NodeAccount> account;     // of a ping to this node alone; nothing: it was not asked
  std::optional<protocol::Answer> statistics{};  // rpcutil.daemon_stats, if it gave them; hostile input
};

// Who asked.
struct Asker {
  std::string caller;
  std::string collective;
};

// Why a node is silent, or that it is not: at least one finding. `known` are all names that the broker told
// of. Pure.
Findings judge_node(
    const NodeFacts& facts, const Asker& asker, const std::map<std::string, SeenPresence>& known);

}  // namespace muster::cli::doctor
