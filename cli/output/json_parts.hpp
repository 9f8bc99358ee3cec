// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/output/found_nodes.hpp"
#include "cli/output/json_report.hpp"

// What the JSON of all commands that ask the fleet has in common.
namespace muster::cli {

double in_milliseconds(std::chrono::microseconds duration);

// Command, request, exit status, statistics and who did not answer: the beginning of every report.
boost::json::object report_of(
    std::string_view command, const fleet::FleetReport& report, const JsonContext& context, FoundBy found_by);

// What became of one node, and of all of them. A node that a roll-call alone has found is "up".
boost::json::object node_of(const fleet::NodeAccount& node, FoundBy found_by = FoundBy::answer);
boost::json::array nodes_of(const fleet::FleetReport& report, FoundBy found_by = FoundBy::answer);

}  // namespace muster::cli
