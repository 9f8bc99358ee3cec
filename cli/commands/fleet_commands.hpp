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

int run_nrpe(const FleetArguments& fleet, const NrpeArguments& nrpe);
int run_ping(const FleetArguments& fleet);
int run_find(const FleetArguments& fleet);
int run_forget(const FleetArguments& fleet, const std::vector<std::string>& nodes, bool force);

}  // namespace muster::cli
