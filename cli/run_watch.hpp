// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cli/run_schedule.hpp"
#include "libmuster/fleet/fleet_report.hpp"

// How --keep-running tells what the nodes do. Pure; what the nodes say is hostile input.
namespace muster::cli {

// What tells whether an action runs on a node.
enum class ToldBy {
  jobs,    // it is begun as a job, and agent job lists it as long as it runs
  status,  // the action itself only starts something, and the status action of its agent says when that runs
};

// An action that only starts something, as Puppet's runonce does, is over long before what it started.
ToldBy told_by(std::string_view agent, std::string_view action);

// Each node that was started: the name of its job, or nothing if it did the action at once (a checkagent
// older than jobs).
using StartedJobs = std::map<std::string, std::string>;

// From the answers to job's `list`: a node that is listed in `own` is told of by that job; on the others
// whatever runs of this action counts, whoever began it. Nodes that failed to answer are left out.
std::map<std::string, RunSchedule::Sight> sights_of_jobs(
    const fleet::FleetReport& report,
    const std::string& agent,
    const std::string& action,
    const StartedJobs& own);

// Each node on which Puppet was started: when, by its own clock, in seconds since 1970 (what `runonce` tells
// as initiated_at).
using BegunRuns = std::map<std::string, std::int64_t>;

// What one answer to the order adds to these; nothing if it does not tell when.
void add_begun_run(BegunRuns& begun, const fleet::NodeAccount& node);

// From the answers to a status with `applying` and `enabled`, as Puppet's has them. What became of the run
// that was begun here is told by `run_began`, `run_state` and `run_message`; a node that is older than these,
// or could not note its run, is only seen running or not.
std::map<std::string, RunSchedule::Sight> sights_of_status(
    const fleet::FleetReport& report, const BegunRuns& own);

}  // namespace muster::cli
