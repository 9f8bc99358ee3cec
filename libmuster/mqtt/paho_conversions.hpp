// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <mqtt/async_client.h>

#include "libmuster/mqtt/mqtt_client.hpp"

// Our words in Paho's and back; for paho_client.cpp alone.
namespace muster::mqtt {

::mqtt::connect_options paho_connect(const ConnectionOptions& options, const std::string& broker);

::mqtt::const_message_ptr paho_message(const Message& message);
BrokerLimits our_limits(const ::mqtt::properties& connack);
Message our_message(const ::mqtt::message& message);

}  // namespace muster::mqtt
