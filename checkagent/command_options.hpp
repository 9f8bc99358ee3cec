// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "checkagent/settings.hpp"
#include "libmuster/runtime/log_line.hpp"

namespace muster::checkagent {

// What checkagent's command line says.
struct CommandOptions {
  enum class Task { run, check_config, self_test };

  std::filesystem::path config{default_settings_file};
  Task task = Task::run;
  std::optional<int> exit_status;  // set: all is said (--help, or an error), end with this
};

CommandOptions parse_command_options(int argc, char** argv);

runtime::log::Level log_level_of(const Settings& settings);

}  // namespace muster::checkagent
