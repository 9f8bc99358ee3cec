// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/fleet_arguments.hpp"

namespace muster::cli {

inline constexpr const char* default_policies_folder = "/etc/muster/policies.d";

// What `mco policy test` is asked, as it was typed.
struct PolicyTestOptions {
  std::filesystem::path policies = default_policies_folder;
  std::string caller;
  std::string agent;
  std::string action;
  std::vector<std::string> facts;    // name=value
  std::filesystem::path facts_file;  // JSON, as `facter --json` prints it; empty: none
  std::vector<std::string> classes;
  bool reads = false;  // the action changes nothing: matters only where there is no policy
};

// `mco policy test`: what a node with these policies, facts and classes would decide, and why. Needs neither
// a broker nor a configuration. Returns 0 if it is allowed, 2 if it is refused, 78 if the policies are
// broken.
int run_policy_test(const FleetArguments& arguments, const PolicyTestOptions& options);

// `mco policy check`: everything that is wrong with a folder of policies, or with one file of it (the groups
// beside it count). Returns 0 or 78.
int run_policy_check(const FleetArguments& arguments, const std::filesystem::path& path);

}  // namespace muster::cli
