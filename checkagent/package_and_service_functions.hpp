// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checkagent/tool_run.hpp"
#include "libmuster/node/data_functions.hpp"

namespace muster::checkagent {

// Data functions `package` and `service`: one question to dpkg-query, rpm or systemctl, which need no rights
// for it.

std::vector<std::string> dpkg_words(const std::filesystem::path& dpkg_query, const std::string& package);
std::vector<std::string> rpm_words(const std::filesystem::path& rpm, const std::string& package);

// `status` is the version as the agent `package` tells it in `ensure`, or "absent". Fails with `not_found`
// when the tool itself has failed.
Expected<FunctionOutputs> dpkg_outputs(const ToolOutput& told);
Expected<FunctionOutputs> rpm_outputs(const ToolOutput& told);

// `status` is "running", "stopped", or "absent" of a unit that systemd does not have. Units are named and
// read as by the agent `service`.
Expected<FunctionOutputs> systemctl_outputs(const ToolOutput& told);

// The queue must outlive the functions.
node::DataFunctions::Function package_function(RunQueue& queue);
node::DataFunctions::Function service_function(RunQueue& queue);

}  // namespace muster::checkagent
