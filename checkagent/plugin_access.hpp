// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "checkagent/run_as.hpp"

namespace muster::checkagent {

// Why this account cannot execute the file, empty if it can. A child process with the account's rights tries
// it, so that closed folders and access control lists count; nothing is executed. Empty `run_as`: this
// process's own rights. Forks: not for a program with threads.
std::string why_not_executable(const std::string& program, const std::optional<RunAs>& run_as);

}  // namespace muster::checkagent
