// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// The commands that ask the fleet. Each prints to standard output, what is not an answer to standard error,
// and returns the exit status (docs/output.md).

struct NrpeArguments {
  std::vector<std::string> checks;     // CHECK[,CHECK…], split
  std::vector<std::string> arguments;  // ARG…, "args=a!b" among them
  bool all = false;                    // --all
  std::size_t group = 3;               // --group
};

int run_nrpe(const FleetArguments& arguments, const NrpeArguments& nrpe);
int run_ping(const FleetArguments& arguments);
int run_find(const FleetArguments& arguments);
int run_forget(const FleetArguments& arguments, const std::vector<std::string>& nodes, bool force);

}  // namespace muster::cli
