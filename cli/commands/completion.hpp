// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// What a shell asks for while a command line is typed.
struct CompletionQuestion {
  bool agents = false;   // --list-agents
  bool actions = false;  // --list-actions --agent AGENT
  bool inputs = false;   // --list-inputs --agent AGENT --action ACTION
  std::string agent;
  std::string action;
};

// Prints the names that may stand next, one to a line: from the cache, or else from the fleet. Whatever goes
// wrong, it prints nothing, and it is over within a second: the program ends then. Returns 0.
int run_completion(const FleetArguments& arguments, const CompletionQuestion& question);

}  // namespace muster::cli
