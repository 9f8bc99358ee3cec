// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libmuster/error.hpp"

namespace muster::mqtt {

enum class Qos : std::uint8_t { at_most_once = 0, at_least_once = 1 };

struct Message {
  std::string topic;
  std::string payload;
  Qos qos = Qos::at_least_once;
  bool retained = false;
  // How much longer the broker may keep it, of a message received; how long it may keep it, of one sent.
  std::optional<std::chrono::seconds> expiry;
};

struct Subscription {
  std::string topic_filter;
  Qos qos = Qos::at_least_once;
};

struct Will {
  Message message;
  std::chrono::seconds delay{0};
};

// Files as PEM. Host names are verified against the broker's certificate.
struct TlsFiles {
  std::string ca;
  std::string certificate;
  std::string key;
};

struct ConnectionOptions {
  std::vector<std::string> brokers;  // mqtts://host:8883 or mqtt://127.0.0.1:1883, tried in turn
  TlsFiles tls;
  std::string client_id;
  std::string user_name;                   // only for brokers without certificates; may be empty
  std::chrono::seconds keep_alive{30};     // a dead peer is noticed after about three of these
  std::chrono::seconds session_expiry{0};  // 0: the broker forgets us when we disconnect
  std::chrono::milliseconds connect_timeout{5000};
  // How many messages the broker may send us unacknowledged; 0: its own choice. mosquitto takes 20 then,
  // keeps 1,000 more and drops the rest of ten thousand retained presences without a word.
  std::uint16_t receive_maximum = 0;
  std::optional<Will> will;
  std::chrono::milliseconds first_connect_spread{0};  // random wait before the first try, for fleets
};

// What a broker lets its clients do, as the properties of its CONNACK say it (MQTT 5, section 3.2.2.3). What
// it leaves out has no limit but the protocol's own.
struct BrokerLimits {
  std::optional<std::uint16_t> receive_maximum;        // QoS 1 messages that it takes unacknowledged
  std::optional<std::uint32_t> maximum_packet_size;    // in bytes
  std::optional<std::chrono::seconds> session_expiry;  // that it has set in place of ours
  bool acknowledges = true;                            // QoS 1
  bool retains = true;
  bool knows_wildcards = true;
};

// What the owner of a session is told, always on the executor that the client was made with.
class MqttListener {
public:
  virtual ~MqttListener() = default;

  // A session stands, for the first time or again. Subscriptions are made here, every time: the broker may
  // have forgotten them whatever it says.
  virtual void on_connected(const std::string& broker) = 0;

  // The session fell, or a try to connect failed. More tries follow by themselves, the rest of the list of
  // brokers at once, later rounds after a growing, random pause: an owner that wants no more of them calls
  // close().
  virtual void on_disconnected(const Error& why) = 0;

  // The broker refused something for good: a subscription, or (MQTT 5) a publish. Not followed by a retry.
  virtual void on_refused(const std::string& topic, const Error& why) = 0;

  virtual void on_message(Message message) = 0;
};

// One MQTT 5 session. Every member is called on the executor and returns at once; what happens is told to the
// listener. While there is no session, and while the broker has not acknowledged what went before, QoS 1
// messages wait in a bounded outbox (see outbox.hpp) and go out, oldest first, but not before `on_connected`
// has returned, so behind the subscriptions made there; QoS 0 ones without a session are dropped. What was on
// its way when the connection fell is sent again only if the session outlives it.
class MqttClient {
public:
  virtual ~MqttClient() = default;

  // `listener` must live until close() has completed or the client is destroyed.
  virtual void start(MqttListener& listener) = 0;

  virtual void subscribe(std::vector<Subscription> subscriptions) = 0;
  virtual void publish(Message message) = 0;

  // The will of the next connection; the present one keeps the will it was made with.
  virtual void set_will(std::optional<Will> will) = 0;

  // Ends the present connection politely and comes back after `pause`. The listener is told only of the new
  // one. Takes some milliseconds.
  virtual void reconnect_after(std::chrono::milliseconds pause) = 0;

  // Says goodbye (no will is sent), waits for what is in flight up to `patience`, and ends. Blocks the
  // caller.
  virtual void close(std::chrono::milliseconds patience) = 0;

  // Of the present session, or of the last one; before the first, those of a broker that says nothing.
  [[nodiscard]] virtual BrokerLimits limits() const = 0;

  // How many messages were thrown away because the outbox was full, or QoS 0 without a session.
  [[nodiscard]] virtual std::uint64_t dropped() const = 0;
};

// Throws std::invalid_argument if the list of brokers is empty.
std::unique_ptr<MqttClient> make_paho_client(
    const boost::asio::any_io_executor& executor, ConnectionOptions options);

}  // namespace muster::mqtt
