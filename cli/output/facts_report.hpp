// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/output/json_report.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// The values of one fact over the fleet, from the answers to rpcutil's get_fact. Texts are the nodes', not
// yet printable.
struct FactReport {
  struct Value {
    std::string text;
    std::vector<std::string> nodes;  // sorted
  };

  std::string fact;
  std::vector<Value> values;         // the most frequent first, then by text
  std::vector<std::string> without;  // answered, and have no such fact
};

FactReport make_fact_report(std::string fact, const fleet::FleetReport& report);

// As command_exit_status(); all well, but no node has the fact: 1.
int facts_exit_status(const FactReport& facts, int status) noexcept;

// What `mco facts` prints; verbose: with the nodes of each value, and statistics.
std::string facts_text(
    const FactReport& facts, const fleet::FleetReport& report, const OutputOptions& options);

// docs/json/facts.schema.json
std::string facts_json(const FactReport& facts, const fleet::FleetReport& report, const JsonContext& context);

}  // namespace muster::cli
