// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// What `mco plugin generate agent` is told, as it was typed.
struct GenerateOptions {
  std::string name;
  std::string language = "bash";
  std::string actions = "status";
  std::filesystem::path folder = ".";
};

// Writes the program NAME and its DDL NAME.json; never over something that is there. Asks no node. Returns 0
// or 64.
int run_plugin_generate(const FleetArguments& arguments, const GenerateOptions& options);

}  // namespace muster::cli
