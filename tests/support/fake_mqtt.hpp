// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::test {

// True if the MQTT topic filter covers the topic; '+' stands for one level.
bool covers(const std::string& filter, const std::string& topic);

// A session without a broker: it remembers what it is told, and a test plays the broker by hand.
class FakeMqttClient final : public mqtt::MqttClient {
public:
  void start(mqtt::MqttListener& listener) override;
  void subscribe(std::vector<mqtt::Subscription> subscriptions) override;
  void publish(mqtt::Message message) override;

  void set_will(std::optional<mqtt::Will> wanted) override { will = std::move(wanted); }

  void reconnect_after(std::chrono::milliseconds pause) override;
  void close(std::chrono::milliseconds patience) override;

  [[nodiscard]] mqtt::BrokerLimits limits() const override { return said; }

  [[nodiscard]] std::uint64_t dropped() const override { return lost_; }

  // What the broker does.
  void connect();
  void fail(const std::string& why, ErrorCode code = ErrorCode::disconnected);
  void refuse(const std::string& topic);
  void deliver(mqtt::Message message);
  void deliver(const std::string& topic, const std::string& payload, bool retained = false);

  // What was published on topics that the filter covers.
  [[nodiscard]] std::vector<mqtt::Message> published_on(const std::string& filter) const;

  mqtt::BrokerLimits said;  // in the CONNACK
  mqtt::MqttListener* listener = nullptr;
  bool connected = false;
  bool closed = false;
  std::optional<mqtt::Will> will;
  std::optional<mqtt::Will> will_of_this_session;
  std::vector<std::string> subscribed;  // of this session
  std::vector<mqtt::Message> published;
  std::vector<std::string> order;  // "subscribe TOPIC", "publish TOPIC", of all sessions
  std::vector<std::chrono::milliseconds> pauses;
  std::size_t room =
      std::numeric_limits<std::size_t>::max();  // for messages published; the others are dropped

  // For a FakeBroker. Called after the bookkeeping; publish only with a session.
  std::function<void()> on_start;
  std::function<void(const std::string&)> on_subscribe;
  std::function<void(const mqtt::Message&)> on_publish;

private:
  std::deque<mqtt::Message> outbox_;  // QoS 1 without a session
  std::uint64_t lost_ = 0;
};

// A broker for several FakeMqttClients on one loop: topics, '+', retained messages, wills, refusals. Whatever
// it delivers is posted, so that nobody is called from within a call of its own. Must outlive its clients.
class FakeBroker {
public:
  explicit FakeBroker(boost::asio::any_io_executor executor) : executor_{std::move(executor)} {}

  std::unique_ptr<FakeMqttClient> make_client();

  // Nobody can connect, and who is connected loses the session; no wills, as after a crash of the broker.
  void go_down();
  void come_back();

  // The process behind the client is gone: its will is published, and it hears nothing more.
  void kill(FakeMqttClient& client);

  // A message of nobody in particular.
  void publish(const mqtt::Message& message);
  void publish(const std::string& topic, const std::string& payload, bool retained = false);

  // Topics and topic filters that its ACL refuses, for everybody.
  std::set<std::string> denied;
  // RabbitMQ does without.
  bool hands_out_retained = true;
  // Sees every message; false: it is lost.
  std::function<bool(const mqtt::Message&)> passes;

private:
  void post(std::function<void()> work);
  void try_to_connect(FakeMqttClient& client);
  void subscribe(FakeMqttClient& client, const std::string& filter);

  boost::asio::any_io_executor executor_;
  std::vector<FakeMqttClient*> clients_;
  std::map<std::string, mqtt::Message> retained_;
  bool up_ = true;
};

}  // namespace muster::test
