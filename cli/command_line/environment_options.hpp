// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command_line/command_tree.hpp"

namespace muster::cli {

// The words with the options of $MUSTER_OPTIONS put behind the command ("--utc --np -t 20"; quotes as a shell
// has them). An option that the command does not have is for other commands, and one that was typed counts
// for itself. The error: what stands there is no option of any command.
Expected<std::vector<std::string>> with_options_of_environment(
    const CLI::App& app, std::vector<std::string> words, const std::string& text);

}  // namespace muster::cli
