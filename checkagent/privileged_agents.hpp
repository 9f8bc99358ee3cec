// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include <boost/asio/awaitable.hpp>

#include "libmuster/node/agents.hpp"

namespace muster::checkagent {

// The agents package, service and puppet: what they need root for is done by muster-privileged, one
// connection to its socket for each call. A socket that nobody serves is told by status 1 and what to do
// about it.
void add_privileged_agents(node::Agents& agents, const std::filesystem::path& socket);

// One call of that kind, by its deadline.
boost::asio::awaitable<node::ActionReply> ask_privileged(std::filesystem::path socket, node::ActionCall call);

}  // namespace muster::checkagent
