// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/client/node_choice.hpp"
#include "libmuster/error.hpp"
#include "libmuster/fleet_check/count_threshold.hpp"

namespace muster::fleet_check {

// The command line of check_mco. The letters are those of Nagios plugins where these have one (-H -w -c -t -a
// -h -V), else those of mco.
struct Arguments {
  enum class Wanted { check, help, version };

  // As check_nrpe, and well below the 60 s after which Nagios kills a plugin.
  static constexpr std::chrono::milliseconds usual_timeout{10'000};
  static constexpr std::chrono::milliseconds longest_timeout{
      3'600'000};  // a monitor that waits longer is stuck

  Wanted wanted = Wanted::check;
  std::string check;                         // -k
  std::vector<std::string> check_arguments;  // -a and all words after it
  client::NodeChoice nodes;                  // -H is -I
  CountThresholds thresholds;                // -w, -c
  bool strict = false;
  std::chrono::milliseconds timeout = usual_timeout;  // -t: for everything, from start to exit
  std::optional<std::filesystem::path> config;
};

// `words`: without the name of the program. -h and -V count before anything that is wrong. A value that is
// empty or blank is refused: a macro of the monitor that is empty must not widen a check to the whole fleet.
// Not thread-safe: getopt_long keeps its place in a global.
Expected<Arguments> read_arguments(std::vector<std::string> words);

// What -h and -V print.
std::string help_text();
std::string version_text();

}  // namespace muster::fleet_check
