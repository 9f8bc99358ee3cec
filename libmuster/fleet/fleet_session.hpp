// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/fleet/fleet_request.hpp"
#include "libmuster/fleet/request_message.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::fleet {

// Carries one FleetRequest over a broker: subscribes, signs, publishes, feeds it what comes and the time.
// Holds no decision of its own but when to give up on the broker. Lives on one executor, with its MqttClient.
class FleetSession final : public mqtt::MqttListener {
public:
  using Identity = SessionIdentity;

  struct Events {
    // The request is over, or could not be made: no broker (disconnected), no right (denied), or too large
    // for a broker or too many at once to be kept (invalid_input). Called once.
    std::function<void(Expected<FleetReport>)> over;
    // Something has changed; for progress bars.
    std::function<void(const FleetRequest&)> progress;
    // A node has given its final answer. Optional; called before the request counts it as over.
    std::function<void(const protocol::Answer&)> answer{};
  };

  // `client` must outlive the session, `brokers` is how many it has on its list.
  FleetSession(
      const boost::asio::any_io_executor& executor,
      mqtt::MqttClient& client,
      std::size_t brokers,
      Identity identity,
      Events events);

  // To be called once.
  void ask(Question question, CompiledFilter filter);

  // Ctrl-C: reports what has come so far, which is nothing before the broker has answered.
  void interrupt();

  // Whoever asks has no more time: what has not come is late or lost. Before the broker has answered it fails
  // with `timed_out`.
  void run_out_of_time();

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  void subscribe();
  void publish(const std::vector<FleetRequest::Send>& sends);
  void publish_request(const FleetRequest::Send& send);
  void publish_marker();
  void on_presence(const std::string& name, const mqtt::Message& message);
  void on_reply(const std::string& name, const mqtt::Message& message);
  void take_answer(protocol::Answer answer);
  void look_again();
  void finish(Expected<FleetReport> report);

  boost::asio::steady_timer timer_;
  mqtt::MqttClient& client_;
  std::size_t brokers_;
  Identity identity_;
  Events events_;
  Question question_;
  std::optional<FleetRequest> request_;
  std::string id_;
  std::string why_not_connected_;  // all failures of the first round, later the last one
  std::size_t failed_brokers_ = 0;
  bool started_ = false;
  bool connected_ = false;
  bool over_ = false;
};

}  // namespace muster::fleet
