// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "nagios-bridge/bridge_health.hpp"

namespace muster::bridge {

// The daemon writes its state so often into STATE_DIR/status.json, whole or not at all.
inline constexpr std::chrono::seconds status_every{5};
// An older file is that of a daemon that does not run, or hangs.
inline constexpr std::chrono::seconds status_is_old_after{30};

// What `nagios-bridge status --json` prints: docs/json/bridge_status.schema.json.
boost::json::object status_json(const BridgeHealth& health);

// The same for people. `now` tells how old it is; a state that is old is said to be so in the first line.
std::string status_text(const boost::json::object& status, Time now);

// Whether the daemon that wrote it does not run any more, or hangs.
bool is_old(const boost::json::object& status, Time now);

// For people, and as JSON: docs/json/bridge_dead_letters.schema.json.
std::string letters_text(const std::vector<DeadLetter>& letters);
boost::json::object letters_json(const std::vector<DeadLetter>& letters);

}  // namespace muster::bridge
