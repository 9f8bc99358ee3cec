// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "libmuster/model/check_state.hpp"

namespace muster {

// What one run of one check gave. A plain value: whoever holds it owns it.
struct CheckResult {
  std::string check;  // the NAME of command[NAME]
  CheckState state = CheckState::unknown;
  std::string summary;   // as in PluginOutput
  std::string details;   // as in PluginOutput
  std::string perfdata;  // as in PluginOutput
  std::chrono::system_clock::time_point started;
  std::chrono::system_clock::time_point finished;
  std::string origin;  // the schedule or the caller that asked for the run
};

}  // namespace muster
