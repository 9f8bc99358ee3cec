// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace muster::collector {

// What the words after `collector` ask for.
struct CommandOptions {
  enum class Task { collect, check_config, replay, tell, backup, restore };

  Task task = Task::collect;
  std::filesystem::path config;
  std::filesystem::path recorded;  // of replay
  std::string receiver;            // of tell
  std::filesystem::path backup;    // of backup and restore
  std::optional<int> exit_status;  // all is said already: end with it
};

// Prints what --help, --version or a wrong word ask for.
CommandOptions parse_command_options(int argc, const char* const* argv);

}  // namespace muster::collector
