// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"
#include "cli/gate/tolerance.hpp"

namespace muster::cli {

// The commands of docs/gates.md. They return 0 pass, 2 fail, 3 inconclusive, or the status of a failure of
// our own.

// What is asked and how often, as it was typed.
struct GateArguments {
  std::vector<std::string> checks;  // CHECK…, split
  bool all = false;                 // --all
  std::optional<std::size_t> tries;
  std::chrono::milliseconds sleep{10'000};
  std::chrono::milliseconds healthy_for{0};
  std::optional<std::chrono::milliseconds> timeout;
  gate::Tolerance tolerance;
  std::string junit;  // a file, or "-"
  std::string file;   // FILE of save and compare
  bool force = false;
};

int run_gate(const FleetArguments& arguments, const GateArguments& gate);
int run_gate_save(const FleetArguments& arguments, const GateArguments& gate);
int run_gate_compare(const FleetArguments& arguments, const GateArguments& gate);

}  // namespace muster::cli
