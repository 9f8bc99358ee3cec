// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

// What `mco plugin convert` is told, as it was typed.
struct ConvertOptions {
  std::filesystem::path source;  // a DDL in Ruby
  std::string out;               // empty: standard output
  bool force = false;            // also over a file that is there
};

// Writes the JSON DDL that says what a DDL in Ruby says, once our own reader has taken it; warnings go to
// standard error. Runs nothing of what it reads, and asks no node. Returns 0, 64 if the file cannot be read
// as a DDL or OUT is there, or 77.
int run_plugin_convert(const FleetArguments& arguments, const ConvertOptions& options);

}  // namespace muster::cli
