// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/client/client_settings.hpp"
#include "libmuster/error.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/signature.hpp"

namespace muster::client {

// The key that signs the caller's requests. Fails with `denied` if the file is missing, wrong, readable for
// others, or the key of another caller; the message says what to do.
Expected<protocol::SecretKey> read_caller_key(const ClientSettings& settings);

// How a caller connects: under a client id of its own for each `session`, with room for a whole fleet's
// answers.
mqtt::ConnectionOptions connection_options(const ClientSettings& settings, const std::string& session);

}  // namespace muster::client
