// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/output/facts_report.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// The nodes that were done and have one value of a fact, as a report of their own: --by FACT.
struct FactGroup {
  std::string value;  // "(none)": they have no such fact, or did not tell
  fleet::FleetReport report;
};

// Each node of `report` that was done in one group; the groups by value, those without one last.
std::vector<FactGroup> groups_by_fact(const fleet::FleetReport& report, const FactReport& facts);

}  // namespace muster::cli
