// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checkagent/nrpe_config.hpp"
#include "checkagent/plugin_runner.hpp"
#include "checkagent/run_as.hpp"
#include "libmuster/error.hpp"

namespace muster::checkagent {

using Environment = std::vector<std::pair<std::string, std::string>>;

// What nrpe gives its plugins: a fixed path, who they are, and of `inherited` only what keep_env_vars names.
Environment plugin_environment(
    const NrpeSettings& settings, const PluginAccount& account, const Environment& inherited);

// This process's variables as they were when this was first called; main() calls it before anything else.
// Paho takes http_proxy and https_proxy out of the process later on, and a plugin may need them.
const Environment& environment_at_start();

// From a request for a check to what the runner needs. Fails with `not_found` for a check that nrpe.cfg does
// not define and with `denied` for arguments it does not allow. The timeout is command_timeout; a caller with
// less patience shortens it.
Expected<PluginCommand> make_plugin_command(
    const CommandTable& table,
    const PluginAccount& account,
    const std::string& check,
    const std::vector<std::string>& arguments);

}  // namespace muster::checkagent
