// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libmuster/fleet/fleet_report.hpp"
#include "nagios-bridge/export/definitions.hpp"
#include "nagios-bridge/export/exported_node.hpp"

namespace muster::bridge {

// What a request to every node for its list of checks (agent nrpe, listcommands) has told of the fleet.
struct FleetAnswers {
  std::map<std::string, ExportedNode> nodes;   // that have answered
  std::map<std::string, ExportedNode> silent;  // that are known and have not: their groups, and no checks
  std::vector<std::string> notes;              // who has not told all and why, safe to print
  bool complete = false;                       // every node is in one of both: who is in neither is no more
};

// Takes what strangers say: of each node at most so many groups and checks, and nothing that is too long.
FleetAnswers answers_in(const fleet::FleetReport& report, const ExportRules& rules);

// What an answer of a collector to `schedules` says of how often checks are run. Of several schedules for a
// check the slowest counts, since each may mean other nodes; those that do not ask all the time say nothing.
// "" stands for the checks that no schedule names, if one asks for all.
Intervals intervals_in(const protocol::json::object& data);

// The nodes to be written: those that have answered; of the silent ones what was written before, or all that
// is known; and unless all are known, also those that were written before and that nobody told of.
std::vector<ExportedNode> with_written(
    const FleetAnswers& answers, const std::map<std::string, ExportedNode>& written);

}  // namespace muster::bridge
