// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/fleet/fleet_request.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::fleet {

// Who asks, and where it listens for answers.
struct SessionIdentity {
  protocol::SecretKey key;
  protocol::Topics topics;
  std::string session;  // a random word: the name of this run in its reply topic
};

// The request that puts `question`, without who asks and how it is addressed.
protocol::Request request_for(const Question& question);

// What a FleetRequest wants sent, signed; `id` is that of the request. Fails with invalid_input if it is
// larger than a message may be.
Expected<mqtt::Message> request_message(
    const Question& question,
    const FleetRequest::Send& send,
    const std::string& id,
    const SessionIdentity& identity);

}  // namespace muster::fleet
