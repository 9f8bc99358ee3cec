// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::mqtt {

// What a Connection tells: always on the executor, never from within one of its members, and nothing any more
// once it is destroyed.
class ConnectionEvents {
public:
  virtual ~ConnectionEvents() = default;

  // What the broker has said about itself; told before on_open().
  virtual void on_limits(const BrokerLimits& limits) = 0;

  // The session stands. The broker takes up to `window` QoS 1 messages before it has acknowledged any.
  virtual void on_open(std::size_t window) = 0;

  // It fell, or did not come to stand: the last event. `taken_over`: because of another client of the same
  // id.
  virtual void on_closed(const Error& why, bool taken_over) = 0;

  // The broker is done with a QoS 1 message, whether it took or refused it.
  virtual void on_acknowledged(std::uint64_t id) = 0;

  virtual void on_refused(const std::string& topic, const Error& why) = 0;
  virtual void on_message(Message message) = 0;
};

// What an MQTT library does for us: one session on one network connection, and no decision of its own. It
// starts to connect when it is made, and ends in on_closed(), or in nothing when the broker is silent: its
// owner keeps the time. Destroying it closes the connection at once, with a goodbye if the session stands,
// and may take some milliseconds.
class Connection {
public:
  virtual ~Connection() = default;

  virtual void subscribe(const Subscription& wanted) = 0;

  // on_acknowledged(id) follows if it is QoS 1 and the session does not fall before.
  virtual void publish(const Message& message, std::uint64_t id) = 0;

  // Blocks until the broker has acknowledged everything, but no longer than `patience`.
  virtual void drain(std::chrono::milliseconds patience) = 0;

  // Says goodbye without the time that destroying takes.
  virtual void close() = 0;
};

// `events` outlives the connection.
using MakeConnection = std::function<std::unique_ptr<Connection>(
    ConnectionEvents& events, const ConnectionOptions& options, const std::string& broker)>;

}  // namespace muster::mqtt
