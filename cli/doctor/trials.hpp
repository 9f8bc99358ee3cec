// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cli/doctor/observations.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/topics.hpp"

// What `mco doctor` does at a broker: each trial is the listener of one session, starts when the session
// stands, and says through `over` that it is done. None knows a clock but to measure, none blocks; whoever
// runs them keeps the time. Nothing is ever published retained, and no payload is a message of the protocol:
// a reader that hears one rejects it.
namespace muster::cli::doctor {

// As what a trial speaks, and with which words.
struct Speaker {
  protocol::Topics topics;
  std::string caller;
  std::string session;   // of this trial alone
  std::string stranger;  // a name that nobody has

  // Whoever sends to this hears it back: the marker of every trial.
  [[nodiscard]] std::string to_ourselves() const { return topics.reply(caller, session, caller); }
};

using Over = std::function<void()>;

// The roll-call, the round trip, and one message of the largest size.
class RollCallTrial final : public mqtt::MqttListener {
public:
  static constexpr std::size_t round_trips = 10;  // enough for an average, over before an eye has blinked

  RollCallTrial(mqtt::MqttClient& client, Speaker speaker, BrokerFacts& facts, Over over);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  void send_to_ourselves(std::string payload);
  void on_our_own(const mqtt::Message& message);
  void send_the_largest();

  mqtt::MqttClient& client_;
  Speaker speaker_;
  BrokerFacts& facts_;
  Over over_;
  bool roll_call_done_ = false;
  std::chrono::steady_clock::time_point sent_at_{};
};

// Does one thing that must be forbidden, and listens whether it was done.
class TrespassTrial final : public mqtt::MqttListener {
public:
  TrespassTrial(mqtt::MqttClient& client, Speaker speaker, Trespass& trespass, Over over);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  [[nodiscard]] std::string listens_to() const;
  void send_marker();
  void end(Trespass::Outcome outcome);

  mqtt::MqttClient& client_;
  Speaker speaker_;
  Trespass& trespass_;
  Over over_;
  bool connected_ = false;
  int markers_ = 0;
};

// The topic that this kind of trespass speaks on.
std::string trespass_topic(Trespass::Kind kind, const Speaker& speaker);

// Makes a session with a subscription, for messages to wait in: run it with a session that outlives it.
class QueueSetUp final : public mqtt::MqttListener {
public:
  QueueSetUp(mqtt::MqttClient& client, Speaker speaker, QueueTrial& trial, Over over);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  mqtt::MqttClient& client_;
  Speaker speaker_;
  QueueTrial& trial_;
  Over over_;
};

// Sends the messages that shall wait.
class QueueFilling final : public mqtt::MqttListener {
public:
  // More than mosquitto keeps for one client by default, 1,000.
  static constexpr std::size_t messages = 1200;

  // `speaker` is of a session of its own; the messages go to `waiting`.
  QueueFilling(mqtt::MqttClient& client, Speaker speaker, std::string waiting, QueueTrial& trial, Over over);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  mqtt::MqttClient& client_;
  Speaker speaker_;
  std::string waiting_;
  QueueTrial& trial_;
  Over over_;
};

// Takes up the session of QueueSetUp and counts what has waited.
class QueueCount final : public mqtt::MqttListener {
public:
  QueueCount(
      const boost::asio::any_io_executor& executor,
      mqtt::MqttClient& client,
      Speaker speaker,
      QueueTrial& trial,
      Over over);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  void send_sentinel();

  mqtt::MqttClient& client_;
  Speaker speaker_;
  QueueTrial& trial_;
  Over over_;
  boost::asio::steady_timer again_;
};

}  // namespace muster::cli::doctor
