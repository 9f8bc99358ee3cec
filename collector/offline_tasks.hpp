// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/command_options.hpp"
#include "collector/settings.hpp"

namespace muster::collector {

// What the program does besides collecting: --check-config, --replay, --tell, backup, restore. Says on
// standard output what became of it, and on standard error what went wrong; returns the exit status. Waits
// for the disk.
int run_offline(const CommandOptions& options, const Settings& settings);

}  // namespace muster::collector
