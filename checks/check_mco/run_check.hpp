// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "libmuster/fleet_check/arguments.hpp"
#include "libmuster/fleet_check/plugin_result.hpp"

namespace muster::check_mco {

// Reads the configuration, asks the fleet and waits, for at most -t of `arguments`. Never fails: what goes
// wrong is a result, too. `started` is when the program began, for the time in the perfdata.
fleet_check::PluginResult run_check(
    const fleet_check::Arguments& arguments, std::chrono::steady_clock::time_point started);

// From now on the program does not outlive `timeout` by more than a second, whatever it hangs on (a file
// system, for instance): it says so and exits with 3. By SIGALRM; once in a program.
void end_at_the_latest_after(std::chrono::milliseconds timeout);

}  // namespace muster::check_mco
