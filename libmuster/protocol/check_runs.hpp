// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::protocol {

// A request for every check runs no more than these: somewhat above what anybody's nrpe.cfg holds, and few
// enough that their names and states fit in one message.
inline constexpr std::size_t most_runs = 4096;

// The data of the nrpe agent's answers. `runcommand` gives one run as the data itself, with MCollective's
// names (command, exitcode, output, perfdata) and our further ones (details, started, finished);
// `runcommands` and `runallcommands` give {"commands": [run, …]}.
json::object to_json(const CheckResult& run);
json::object to_json(const std::vector<CheckResult>& runs);

// The same as will fit in `most` bytes once make_sendable has cut the texts; those of runs that are OK are
// cut already, as far as needed. Where that is not enough, the mildest runs, and of those the last, keep
// their states only: {"commands": […], "states_only": {"OK": [name, …], …}}. No run is left out: how many
// have room for their states is for states_that_fit to say.
json::object to_json_within(const std::vector<CheckResult>& runs, std::size_t most);

// How many of the checks, from the first, one answer of `most` bytes can tell the states of, whatever their
// texts.
std::size_t states_that_fit(const std::vector<std::string>& checks, std::size_t most);

// All forms. A run that kept only its state has a summary that says so, and no times.
Expected<std::vector<CheckResult>> check_runs_from_json(const json::object& data);

// Of `runallcommands`: how many checks the node has that this request did not run. Member `left_out`; 0 if it
// is not there or is no count.
std::size_t checks_left_out(const json::object& data);

}  // namespace muster::protocol
