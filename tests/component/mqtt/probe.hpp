// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::test {

// A client under test with its own loop, and everything that its listener was told.
class Probe final : public mqtt::MqttListener {
public:
  // Long enough for a loaded machine; no test waits for it to pass.
  static constexpr std::chrono::seconds patience{30};

  explicit Probe(const mqtt::ConnectionOptions& options)
      : client{mqtt::make_paho_client(loop.get_executor(), options)}
  {}

  // Options for one broker; the name is that of the client too.
  static mqtt::ConnectionOptions options(const std::string& broker, const std::string& client_id)
  {
    mqtt::ConnectionOptions made;
    made.brokers = {broker};
    made.client_id = client_id;
    return made;
  }

  void start() { client->start(*this); }

  // False: it has not become true within the patience.
  bool run_until(const std::function<bool()>& condition)
  {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    loop.restart();
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      loop.run_for(std::chrono::milliseconds{10});
      loop.restart();
    }
    return condition();
  }

  void run_for(std::chrono::milliseconds time)
  {
    loop.restart();
    loop.run_for(time);
  }

  bool connect()
  {
    const auto before = connected.size();
    start();
    return run_until([&] { return connected.size() > before; });
  }

  bool receives(std::size_t count)
  {
    return run_until([&] { return messages.size() >= count; });
  }

  void publish(const std::string& topic, const std::string& payload) const
  {
    mqtt::Message message;
    message.topic = topic;
    message.payload = payload;
    client->publish(std::move(message));
  }

  // Waits until what was asked of the broker so far has been done: a message to ourselves has come back.
  bool settle()
  {
    const std::string topic = "settle/" + std::to_string(++settled_);
    client->subscribe({{topic}});
    publish(topic, "");
    return run_until([&] { return !messages.empty() && messages.back().topic == topic; }) &&
           (messages.pop_back(), true);
  }

  void on_connected(const std::string& broker) override
  {
    connected.push_back(broker);
    if (!subscriptions.empty()) {
      client->subscribe(subscriptions);
    }
  }

  void on_disconnected(const Error& why) override { disconnected.push_back(why); }

  void on_refused(const std::string& topic, const Error& why) override { refused.emplace_back(topic, why); }

  void on_message(mqtt::Message message) override { messages.push_back(std::move(message)); }

  std::vector<mqtt::Subscription> subscriptions;  // made at every connect
  std::vector<std::string> connected;
  std::vector<Error> disconnected;
  std::vector<std::pair<std::string, Error>> refused;
  std::vector<mqtt::Message> messages;
  boost::asio::io_context loop{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{loop.get_executor()};
  std::unique_ptr<mqtt::MqttClient> client;

private:
  int settled_ = 0;
};

}  // namespace muster::test
