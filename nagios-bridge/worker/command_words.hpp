// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::bridge {

// The words of a command line as /bin/sh would hand them to the program: blanks, '…', "…" and \. What only a
// shell can do (pipes, `;`, variables, wildcards, redirections, an open quote) is not done but refused with
// invalid_input; the message names it. Pure.
Expected<std::vector<std::string>> command_words(std::string_view line);

}  // namespace muster::bridge
