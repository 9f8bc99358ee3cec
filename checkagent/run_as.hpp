// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "checkagent/nrpe_config.hpp"
#include "libmuster/error.hpp"
#include "libmuster/runtime/run_as.hpp"

namespace muster::checkagent {

using runtime::RunAs;

// Who plugins are: rights, and what their environment says of them.
struct PluginAccount {
  std::optional<RunAs> run_as;  // empty: checkagent's own rights
  std::string name;
  std::string home;
  std::string shell;
};

// Looks up nrpe_user and nrpe_group (names or numbers). Fails when one is unknown or when this process may
// not become it; the program must then refuse to start: plugins with other rights than configured are a hole.
Expected<PluginAccount> resolve_plugin_account(const NrpeSettings& settings);

// The same for a whole table, in a checkagent that is the user `own`. Also fails for root when a fault may
// have hidden nrpe_user: plugins that were meant for somebody else would run as root. A configuration without
// a fault and without nrpe_user means root.
Expected<PluginAccount> account_of_plugins(const CommandTable& table, uid_t own);

}  // namespace muster::checkagent
