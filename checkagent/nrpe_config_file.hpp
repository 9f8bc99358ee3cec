// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkagent/nrpe_config.hpp"

namespace muster::checkagent {

// One file of an nrpe.cfg by itself: its lines, not what they include.

inline constexpr std::size_t max_config_file_bytes = std::size_t{1024} * 1024;  // a real one has 10 KiB
inline constexpr std::size_t max_config_line_bytes = std::size_t{32} * 1024;    // nrpe itself ends at 2 KiB

enum class StatementKind {
  command,
  include_file,
  include_directory,
  setting,  // changes NrpeSettings
  unused,   // known to nrpe, without meaning here
  unknown,
};

struct ConfigStatement {
  StatementKind kind = StatementKind::unknown;
  std::size_t line_number = 0;
  std::string key;           // not trimmed at its right end: "include =" is another key than "include="
  std::string value;         // not trimmed at its left end
  std::string command_name;  // of a command
  bool longer_than_nrpe_reads = false;
};

struct ParsedConfigFile {
  std::vector<ConfigStatement> statements;  // up to the fault
  std::optional<ConfigFault> fault;
};

ParsedConfigFile parse_config_file(const std::string& file, std::string_view text);

// `statement` is a setting that parse_config_file() has let through.
void apply_setting(const ConfigStatement& statement, NrpeSettings& settings);

std::string unknown_directive_message(std::string_view key);

// "\r\n" as two characters each become two bytes; what nrpe does to the value of nasty_metachars.
std::string unescape_metachars(std::string_view text);

}  // namespace muster::checkagent
