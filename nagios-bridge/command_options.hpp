// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "nagios-bridge/export/export_command.hpp"

namespace muster::bridge {

// What the words after `nagios-bridge` ask for.
struct CommandOptions {
  enum class Task { feed, check_config, status, dead_letters, export_fleet };
  enum class Letters { show, forget, retry };

  Task task = Task::feed;
  std::filesystem::path config;
  bool json = false;
  Letters letters = Letters::show;
  ExportCommand fleet;             // of export_fleet
  std::optional<int> exit_status;  // all is said already: end with it
};

// Prints what --help, --version or a wrong word ask for.
CommandOptions parse_command_options(int argc, const char* const* argv);

}  // namespace muster::bridge
