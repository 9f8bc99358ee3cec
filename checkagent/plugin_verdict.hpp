// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "checkagent/plugin_runner.hpp"
#include "libmuster/runtime/output_capture.hpp"

namespace muster::checkagent {

// What was seen of one run.
struct PluginEvidence {
  PluginEnd end = PluginEnd::could_not_start;
  int exit_code = -1;                    // or the signal's number, as in PluginRun
  std::chrono::milliseconds timeout{0};  // the one that passed
  bool survives_kill = false;            // it hangs in the kernel, or has other rights than we have
  std::string start_failure;             // why it could not start
};

// From what was seen to state, text and reason. Times are left to the caller.
PluginRun judge(
    const PluginEvidence& evidence,
    const runtime::OutputCapture& output,
    const runtime::OutputCapture& errors);

// "SIGKILL", or "signal 34" for one without a name.
std::string signal_name(int number);

}  // namespace muster::checkagent
