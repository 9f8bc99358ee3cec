// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line/command_tree.hpp"

namespace muster::cli {

// The manual page of a command, for man(1), from the same texts as its --help. `words` name it: {"gate",
// "save"}.
std::string man_page(const CLI::App& command, const std::vector<std::string>& words);

// "mco-gate-save.1" and its text, for every command that there is.
std::vector<std::pair<std::string, std::string>> man_pages(const CLI::App& app);

// "mco help --man [COMMAND…]" prints one page, "mco help --man-pages DIR" writes all of them. Returns the
// exit status; nothing if the words ask for neither.
std::optional<int> run_man(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace muster::cli
