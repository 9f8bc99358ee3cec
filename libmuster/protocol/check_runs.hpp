// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::protocol {

// The data of the nrpe agent's answers. `runcommand` gives one run as the data itself, with MCollective's
// names (command, exitcode, output, perfdata) and our further ones (details, started, finished);
// `runcommands` and `runallcommands` give {"commands": [run, …]}.
json::object to_json(const CheckResult& run);
json::object to_json(const std::vector<CheckResult>& runs);

// Both forms.
Expected<std::vector<CheckResult>> check_runs_from_json(const json::object& data);

}  // namespace muster::protocol
