// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "libmuster/client/node_choice.hpp"
#include "libmuster/fleet_check/arguments.hpp"
#include "libmuster/fleet_check/plugin_result.hpp"

namespace muster::fleet_check {

// What the fleet is asked, with the nodes that are meant. `timeout`: for everything; the plugins have less,
// so that nodes can still say that time is out for them. Without -T, `collective` is asked. Pure. Fails with
// invalid_input for a filter that is none.
Expected<client::Addressed> question_of(
    const Arguments& arguments, const std::string& collective, std::chrono::milliseconds timeout);

// How the answers to it are to be judged.
Assignment assignment_of(const Arguments& arguments, const client::Addressed& addressed);

}  // namespace muster::fleet_check
