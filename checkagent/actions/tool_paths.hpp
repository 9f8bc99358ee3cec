// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace muster::checkagent::actions {

// The programs behind the actions. They are found in fixed folders, never by a PATH that somebody else set;
// an empty path means that this machine does not have the program.
struct ToolPaths {
  std::filesystem::path apt_get;
  std::filesystem::path apt_cache;
  std::filesystem::path dpkg_query;
  std::filesystem::path dnf;
  std::filesystem::path rpm;
  std::filesystem::path systemctl;
  std::filesystem::path puppet;
};

// What of them this machine has.
ToolPaths installed_tools();

}  // namespace muster::checkagent::actions
