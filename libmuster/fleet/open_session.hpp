// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/fleet/fleet_request.hpp"
#include "libmuster/fleet/request_message.hpp"
#include "libmuster/mqtt/mqtt_client.hpp"

namespace muster::fleet {

// A session of a caller that stays open and carries many FleetRequests, also at once: for a program that asks
// all day, and pays for one TLS handshake and one roll-call. It keeps the presences of the fleet, so that a
// request knows at once who is there; holds no decision of its own but when to give up on the broker. Lives
// on one executor, with its MqttClient, which must outlive it. A FleetSession is for one request.
class OpenSession final : public mqtt::MqttListener {
public:
  // The report; or no broker in time (timed_out), no right (denied), a request that is too large, or too many
  // at once to be kept (invalid_input).
  using Over = std::function<void(Expected<FleetReport>)>;

  OpenSession(boost::asio::any_io_executor executor, mqtt::MqttClient& client, SessionIdentity identity);

  void start() { client_.start(*this); }

  // Gives the id of the request. `over` is called once, later, and within `at_most`: what has not come by
  // then is late or lost. How many are asked at once is bounded by whoever asks.
  std::string ask(Question question, CompiledFilter filter, std::chrono::milliseconds at_most, Over over);

  // Nobody waits for it any more: `over` is not called. Unknown ids are no mistake.
  void forget(const std::string& id) { asked_.erase(id); }

  [[nodiscard]] std::size_t open() const { return asked_.size(); }

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  struct Asked {
    Asked(
        const boost::asio::any_io_executor& executor,
        Question asked,
        CompiledFilter filter,
        Clock::time_point latest,
        Over tell);

    Question question;
    FleetRequest request;
    boost::asio::steady_timer timer;
    Clock::time_point end;
    Over over;
    bool started = false;
  };

  struct Known {
    protocol::Presence presence;
    std::chrono::seconds age;
    Clock::time_point seen;
  };

  // The requests that are open now: handling one may end others.
  [[nodiscard]] std::vector<std::string> ids() const;
  Asked* find(const std::string& id);
  void wait_for(const std::string& id, Clock::time_point until);
  void look(const std::string& id);
  void begin(const std::string& id, Asked& asked, Clock::time_point now);
  void publish(const std::string& id, Asked& asked, const std::vector<FleetRequest::Send>& sends);
  void publish_marker();
  [[nodiscard]] bool is_about(const Asked& asked, const std::string& topic) const;
  void on_presence(const std::string& name, const mqtt::Message& message);
  void on_forgotten(const std::string& name);
  void on_marker();
  void on_reply(const std::string& name, const mqtt::Message& message);
  void run_out_of_time(const std::string& id, Asked& asked, Clock::time_point now);
  void finish(const std::string& id, Expected<FleetReport> report);

  boost::asio::any_io_executor executor_;
  mqtt::MqttClient& client_;
  SessionIdentity identity_;
  std::map<std::string, std::unique_ptr<Asked>> asked_;  // by the id of the request
  std::map<std::string, Known> known_;                   // by name, of this session with the broker
  std::string marker_;                                   // the one that is under way
  std::string why_not_connected_;
  std::optional<Error> denied_;  // the broker does not let us hear answers
  bool connected_ = false;
  bool roll_call_complete_ = false;
};

}  // namespace muster::fleet
