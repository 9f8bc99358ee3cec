// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "cli/output/output_options.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// The aggregates of an action over the replies of a report.
std::vector<ddl::AggregateResult> aggregates_of(const ddl::Action& action, const fleet::FleetReport& report);

// "Summary of Ensure:" and its lines, for each aggregate but nagios_states; an empty line behind each.
std::string aggregates_text(
    const std::vector<ddl::AggregateResult>& aggregates, const OutputOptions& options);

// The counts of Nagios's states in the form of `mco nrpe`, behind an empty line, over all aggregates that
// count them: nodes that refused, are late or lost are UNKNOWN. Nothing if the action has no such aggregate.
std::string states_text(
    const std::vector<ddl::AggregateResult>& aggregates, const fleet::FleetReport& report);

boost::json::array aggregates_json(const std::vector<ddl::AggregateResult>& aggregates);

}  // namespace muster::cli
