// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <variant>

#include "libmuster/fleet_check/arguments.hpp"
#include "libmuster/fleet_check/plugin_result.hpp"
#include "nagios-bridge/worker/worker_codec.hpp"

namespace muster::bridge {

// What the fleet is to be asked, and how long that may take.
struct JobQuestion {
  fleet_check::Arguments arguments;
  std::chrono::milliseconds timeout{};
};

// An answer that needs no fleet, or a question. The command is read as check_mco reads it; its first word was
// matched by Nagios. `--config` is not used: it is that of the program that takes over when we are away. The
// shorter one of -t and the job's own timeout counts. Pure but for getopt: docs of read_arguments().
std::variant<fleet_check::PluginResult, JobQuestion> plan_of(const WorkerJob& job);

}  // namespace muster::bridge
