// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>

#include "collector/notify/receiver_queue.hpp"

namespace muster::collector {

// Tells a receiver that is no Alertmanager, by the way that it wants. Ends within the receiver's timeout and
// two seconds, whatever the other side does (but for deliver_by_http and names).
boost::asio::awaitable<DeliveryResult> deliver(
    const Receiver& receiver, const Notification& notification, Time now);

// `body`: alerts_json().
boost::asio::awaitable<DeliveryResult> deliver_alerts(const Receiver& receiver, std::string body);

}  // namespace muster::collector
