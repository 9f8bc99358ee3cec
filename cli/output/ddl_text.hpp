// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/output/json_report.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/ddl/ddl.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What `mco plugin doc AGENT` prints: metadata, actions, their inputs, outputs and aggregates. A DDL comes
// from the nodes: everything is made printable here.
std::string ddl_text(const ddl::Agent& agent, const OutputOptions& options);

// An agent of the fleet, in the list of all.
struct ListedAgent {
  std::string name;
  std::string description;
  std::string version;
  std::size_t nodes = 0;  // that are up and have it
};

// The agents that presence tells of, by name; neither described nor versioned yet.
std::vector<ListedAgent> agents_in(const fleet::FleetReport& roll_call);

// As few nodes as tell of every agent, by their own names.
std::vector<std::string> nodes_to_describe(
    const std::vector<ListedAgent>& agents, const fleet::FleetReport& roll_call);

// Takes descriptions from the answers to rpcutil's agent_inventory.
void describe(std::vector<ListedAgent>& agents, const fleet::FleetReport& told);

// "Agents:" and a line for each.
std::string agent_list_text(const std::vector<ListedAgent>& agents);

// docs/json/agents.schema.json
std::string agent_list_json(
    const std::vector<ListedAgent>& agents, const fleet::FleetReport& report, const JsonContext& context);

}  // namespace muster::cli
