// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checkagent/findings.hpp"
#include "checkagent/settings.hpp"
#include "libmuster/error.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::checkagent {

// What a broker did when this node tried its rights there.
struct BrokerOutcome {
  bool connected = false;
  std::optional<Error> fell;             // or why there was no connection
  std::map<std::string, Error> refused;  // by topic
  bool answered = false;                 // to all but the presence
  bool node_is_up = false;               // says its retained presence
  enum class Presence { untried, sent, came_back, refused } presence = Presence::untried;
};

// Connects as the node would, and publishes what nobody minds: no reader takes any of it for a message of the
// protocol, and nobody listens to the reply. A node that is up is left alone: its presence is not published
// at all. The client id is one of its own, so a running checkagent keeps its connection. Blocks for
// `patience` at most. Starts threads that outlive it: only for a program that ends soon.
BrokerOutcome try_broker(
    const Settings& settings, const std::string& broker, std::chrono::milliseconds patience);

// One finding for each right that is missing, or one for all of them. Pure.
std::vector<Finding> judge_rights(
    const BrokerOutcome& outcome, const protocol::Topics& topics, const std::string& identity);

// Why there is no connection, and what to do about it. Pure.
Finding judge_no_connection(const Error& why);

}  // namespace muster::checkagent
