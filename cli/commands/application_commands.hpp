// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"

// The commands that put what agents tell into a form of their own. Each returns the exit status
// (docs/output.md).
namespace muster::cli {

// The values of one fact over the fleet, the most frequent first.
int run_facts(const FleetArguments& arguments, const std::string& fact);

// What one node is and has done.
int run_inventory(const FleetArguments& arguments, const std::string& node);

// Which collectives there are, and how many nodes are in each.
int run_collectives(const FleetArguments& arguments);

// A line for each node, with the columns "name,os.family,version".
int run_fleet_table(const FleetArguments& arguments, const std::string& columns, bool csv);

// The agents of the fleet, or what one of them can do. "agent/NAME" is MCollective's way to write NAME,
// and "data/NAME" is a data function of filters.
int run_plugin_doc(const FleetArguments& arguments, std::string agent);

// How many nodes have Puppet enabled, are applying a catalog, and so on.
int run_puppet_count(const FleetArguments& arguments);

}  // namespace muster::cli
