// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/output/json_report.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What one node has told of itself: the data of rpcutil's actions inventory, daemon_stats and
// agent_inventory. Hostile, as all that nodes tell; what is not there is left out.
struct Inventory {
  std::string node;
  protocol::json::object about;
  protocol::json::object statistics;
  protocol::json::array agents;
};

// The data of the one node of `report`; nothing if it did not answer well.
std::optional<protocol::json::object> data_of_node(const fleet::FleetReport& report);

// What `mco inventory NODE` prints.
std::string inventory_text(const Inventory& inventory, const OutputOptions& options);

// What it prints if the node has not told: why.
std::string no_inventory_text(
    const std::string& node, const fleet::FleetReport& report, const OutputOptions& options);

// docs/json/inventory.schema.json; `inventory` is null if the node has not told.
std::string inventory_json(
    const Inventory* inventory, const fleet::FleetReport& report, const JsonContext& context);

// `mco inventory --list-collectives`: from a roll-call of all collectives; nodes that are up count.
std::string collectives_text(const fleet::FleetReport& report);
std::string collectives_json(const fleet::FleetReport& report, const JsonContext& context);

}  // namespace muster::cli
