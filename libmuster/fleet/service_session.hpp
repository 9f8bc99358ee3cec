// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::fleet {

// A session of a caller that stays open, to ask a service (collector@mon1) again and again. It carries and
// decides nothing: what is asked, when, and how long an answer is waited for is its owner's. Lives on one
// executor, with its MqttClient; the MqttClient comes back by itself when the broker has gone.
class ServiceSession final : public mqtt::MqttListener {
public:
  struct Identity {
    protocol::SecretKey key;
    protocol::Topics topics;
    std::string session;  // a random word: the name of this session in its reply topic
  };

  struct Events {
    std::function<void()> connected;                // again, too: what was asked before may be lost
    std::function<void(const Error&)> lost;         // the connection, or a try to get one
    std::function<void(const Error&)> not_allowed;  // by the broker
    // Of a service; `age` is how long ago the broker took it in. None for one that is forgotten.
    std::function<void(const protocol::Presence&, std::chrono::seconds age)> presence;
    std::function<void()> roll_call;  // every retained presence has come
    std::function<void(protocol::Answer)> answer;
  };

  struct Question {
    std::string service;
    std::string agent;
    std::string action;
    protocol::json::object data;
    std::chrono::milliseconds wait{10'000};
  };

  // `client` must outlive it.
  ServiceSession(mqtt::MqttClient& client, Identity identity, Events events);

  void start() { client_.start(*this); }

  // Publishes it and gives its id, which the answer will have. invalid_input: it is larger than a message may
  // be.
  Expected<std::string> ask(const Question& question);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  void on_presence(const std::string& name, const mqtt::Message& message) const;
  void on_reply(const std::string& name, const mqtt::Message& message) const;

  mqtt::MqttClient& client_;
  Identity identity_;
  Events events_;
};

}  // namespace muster::fleet
