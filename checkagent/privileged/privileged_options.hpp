// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "checkagent/privileged/privileged_settings.hpp"

namespace muster::checkagent {

// What muster-privileged's command line says.
struct PrivilegedOptions {
  std::filesystem::path config{default_privileged_settings};
  std::optional<std::filesystem::path> listen;  // unset: the connection is standard input
  bool check_config = false;
  std::optional<int> exit_status;  // set: all is said (--help, or an error), end with this
};

PrivilegedOptions parse_privileged_options(int argc, char** argv);

}  // namespace muster::checkagent
