// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/run_schedule.hpp"

namespace muster::cli {

// How one round of --keep-running or `mco puppet runall` ended: borrowed for the duration of a call.
struct KeepRunningOutcome {
  const std::string& agent;
  const std::string& action;
  const RunSchedule& schedule;
};

// "Iteration complete. Initiated a Puppet run on 3 nodes.", or why it has stopped, and who is left.
std::string keep_running_text(const KeepRunningOutcome& outcome, bool ended_early);

// docs/json/keep_running.schema.json
std::string keep_running_json(const KeepRunningOutcome& outcome, int exit_status);

}  // namespace muster::cli
