// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "checkagent/settings.hpp"

namespace muster::checkagent {

// Both print lines such as "FAIL  keys: what was found; fix: what to do" to standard output, at least one for
// each of their subjects, and return 0 if the node would work, else 78. A warning is no failure.

// `checkagent --check-config`: reads everything that the configuration names (configuration, TLS, keys,
// plugins). `file` is what `settings` were read from.
int check_configuration(const std::filesystem::path& file, const Settings& settings);

// `checkagent --self-test`: these, the clock, and then does once at each broker what a node does (TLS, ACL),
// without disturbing the node if it is up.
int self_test(const std::filesystem::path& file);

}  // namespace muster::checkagent
