// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nagios-bridge/command_options.hpp"
#include "nagios-bridge/settings.hpp"

namespace muster::bridge {

// What is asked for besides feeding: it looks at what the daemon writes, and leaves words for it. Prints, and
// gives the exit status: that of a check for `status` (0 to 3), that of run_export for `export`, 0 or 1 for
// the others.
int run_offline(const CommandOptions& options, const Settings& settings);

}  // namespace muster::bridge
