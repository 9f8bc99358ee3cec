// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/stdin_nodes.hpp"
#include "libmuster/client/client_settings.hpp"
#include "libmuster/client/node_choice.hpp"
#include "libmuster/error.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::cli {

// What every command that asks the fleet takes on its command line, as it was typed.
struct FleetArguments : client::NodeChoice {
  std::optional<std::filesystem::path> config;  // --config

  std::string nodes_file;           // -n; "-" is standard input
  ReadPatience stdin_patience;      // while reading there: whoever says -n - may type
  std::optional<double> timeout_s;  // -t
  std::optional<double> ttl_s;      // --ttl

  bool strict = false;
  bool quiet = false;
  bool json = false;
  bool utc = false;
  bool verbose = false;
  bool no_progress = false;
};

// Agent, action and data of its question are the command's to fill in.
using client::Addressed;

// Everything that is wrong with the filters is found here, before anything is sent.
Expected<Addressed> address(const FleetArguments& arguments, const client::ClientSettings& settings);

// The names of a --nodes file: one to a line, '#' begins a comment; or JSON, as nodes_in_json() takes it.
Expected<std::vector<std::string>> parse_node_list(std::string_view text);

}  // namespace muster::cli
