// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "checkagent/flight_recorder.hpp"
#include "libmuster/error.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::checkagent {

inline constexpr std::string_view recorder_agent_name = "recorder";

// Agent `recorder`: the data of a request in, the data of its answer out.
//   head   {}            {"epoch", "seq", "oldest_epoch", "oldest_seq", "results"}
//   since  {epoch, seq}  {"results": [result…], "more", "gap", "head": {as above}}
// {epoch 0, seq 0} asks from the beginning; without results, `oldest_…` are 0. An action that it does not
// have is `not_found`; data that is wrong is `invalid_input` with the path to it.
Expected<protocol::json::object> run_recorder_action(
    const FlightRecorder& recorder, std::string_view action, const protocol::json::object& data);

// Puts it among the agents of the node; `recorder` must outlive them.
void add_recorder(node::Agents& agents, const FlightRecorder& recorder);

}  // namespace muster::checkagent
