// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::checkagent {

// The words to execute for a command line. A line without anything that a shell would interpret, whose first
// word is an absolute path, is split at blanks and executed directly, at half the cost; any other goes to
// /bin/sh -c.
std::vector<std::string> words_to_execute(std::string_view command_line);

// The program that a line starts with, as far as that can be told without a shell: an absolute path without
// anything that a shell would interpret. Else empty.
std::string program_of(std::string_view command_line);

// The same line through the shell, whatever it holds.
std::vector<std::string> shell_words(std::string_view command_line);

}  // namespace muster::checkagent
