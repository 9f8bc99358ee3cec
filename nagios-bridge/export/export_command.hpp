// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/client/client_settings.hpp"
#include "libmuster/error.hpp"
#include "nagios-bridge/export/config_writer.hpp"
#include "nagios-bridge/export/fleet_answers.hpp"
#include "nagios-bridge/model/mapping.hpp"

namespace muster::bridge {

// The words behind `nagios-bridge export`.
struct ExportCommand {
  Monitor monitor = Monitor::nagios;            // nagios or icinga
  std::optional<std::filesystem::path> folder;  // -o; absent: all is printed
  bool diff = false;                            // print what would change, and change nothing
};

// `invalid_input` with the word that is wrong.
Expected<ExportCommand> parse_export_command(const std::vector<std::string_view>& words);

// What an export needs of the configuration.
struct ExportSettings {
  client::ClientSettings client;  // who asks, and whom
  MappingRules mapping;           // of the monitor that it is for
  ExportRules rules;
};

// What stands in the folder, what is to stand there, and what a person should know.
struct ExportPlan {
  ExportFiles present;
  ExportFiles wanted;
  std::vector<std::string> notes;
  std::size_t hosts = 0;
  std::size_t services = 0;
};

// Pure: all that an export decides. `intervals`: absent if nobody told; then those count that were written.
ExportPlan plan_export(
    const ExportCommand& command,
    const MappingRules& mapping,
    const ExportRules& rules,
    const FleetAnswers& answers,
    const std::optional<Intervals>& intervals,
    ExportFiles present);

// Asks the fleet, and writes or prints. Blocks for at most the wait of the question and some seconds. Returns
// the exit status: 0; with --diff 1 if there is a difference; 69 without a broker, 77 without a key or a
// right, 74 if a file could not be read or written.
int run_export(const ExportCommand& command, const ExportSettings& settings);

}  // namespace muster::bridge
