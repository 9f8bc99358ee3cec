// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "libmuster/error.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/topics.hpp"
#include "nagios-bridge/asking/known_nodes.hpp"
#include "nagios-bridge/asking/open_questions.hpp"

namespace muster::bridge {

// Asks nodes for single checks, for those who cannot ask themselves: one session with the broker, kept open,
// for all of them. It signs as the bridge. Owned by the daemon; one executor, with its MqttClient, which
// outlives it.
class AskingSession final : public mqtt::MqttListener {
public:
  using Clock = std::chrono::steady_clock;

  struct Identity {
    protocol::SecretKey key;
    protocol::Topics topics;
    std::string session;  // a random word: the name of this session in its reply topic
  };

  AskingSession(boost::asio::any_io_executor executor, mqtt::MqttClient& client, Identity identity);
  ~AskingSession() override;
  AskingSession(const AskingSession&) = delete;
  AskingSession& operator=(const AskingSession&) = delete;
  AskingSession(AskingSession&&) = delete;
  AskingSession& operator=(AskingSession&&) = delete;

  void start();

  // Says goodbye. Blocks up to a second.
  void stop();

  // The result of the check, or a sentence about why there is none: no broker, no such node, a node that is
  // gone, silent or refuses. Nothing: `gone` has ended while the question waited for its turn, which is then
  // not asked. It ends at the deadline at the latest; the node has somewhat less time.
  boost::asio::awaitable<std::optional<Expected<CheckResult>>> ask(
      AskedCheck asked, Clock::time_point deadline, boost::asio::awaitable<void> gone);

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  struct Waiter;

  [[nodiscard]] Expected<std::string> reachable(const std::string& name) const;
  [[nodiscard]] Expected<std::shared_ptr<Waiter>> enqueue(AskedCheck asked, Clock::time_point deadline);
  void give_up(Waiter& waiter);
  void send_next(const std::string& node);
  void publish(const OpenQuestions::Send& send);
  void publish_marker();
  void on_presence(const std::string& name, const mqtt::Message& message);
  void on_reply(const std::string& name, const mqtt::Message& message);

  boost::asio::any_io_executor executor_;
  mqtt::MqttClient& client_;
  Identity identity_;
  KnownNodes nodes_;
  OpenQuestions questions_;
  std::map<std::string, std::shared_ptr<Waiter>> waiters_;  // by the id of the question
  bool connected_ = false;
  std::string why_not_connected_ = "it has just been started";
};

}  // namespace muster::bridge
