// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace muster::cli {

// Reads the command line of `mco`, runs the command, and returns the exit status.
int run_command_line(int argc, char** argv);

}  // namespace muster::cli
