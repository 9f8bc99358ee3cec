// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::mqtt {

// Why no connection to `broker` (mqtts://host:port) can be made, found out by making one: the host name does
// not resolve, the connection is refused, nobody answers, a file is missing, the broker's certificate has
// expired, is not of our authority or names another host. Empty if nothing is wrong with TCP and TLS.
//
// Paho tells all of these with one and the same sentence: this is for the message after such a failure.
// Blocks, for `patience` at each step; resolving a name may take longer. From any thread.
std::string why_no_connection(
    const std::string& broker, const TlsFiles& tls, std::chrono::milliseconds patience);

}  // namespace muster::mqtt
