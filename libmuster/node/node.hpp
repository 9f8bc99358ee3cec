// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/node/agents.hpp"
#include "libmuster/node/announcement.hpp"
#include "libmuster/node/audit_trail.hpp"
#include "libmuster/node/data_functions.hpp"
#include "libmuster/node/jobs.hpp"
#include "libmuster/node/last_refusals.hpp"
#include "libmuster/node/log_ration.hpp"
#include "libmuster/node/request_gate.hpp"
#include "libmuster/protocol/topics.hpp"

namespace muster::node {

// The node on the wire: announces itself, takes requests through the gate to its agents, answers, publishes
// check results. Lives on one executor, with its MqttClient and its agents, which must outlive it.
class Node final : public mqtt::MqttListener {
public:
  static constexpr std::chrono::minutes presence_every{5};
  static constexpr std::chrono::seconds session_expiry{120};
  static constexpr std::chrono::seconds will_delay{10};

  struct Options {
    std::string name;
    std::vector<std::string> collectives;
    std::vector<std::string> announce;
    protocol::Topics topics;
    std::chrono::milliseconds announce_every{presence_every};
  };

  // What happened to requests and connections since the start; for logs and `daemon_stats`.
  struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    std::uint64_t dropped = 0;
    std::uint64_t not_meant = 0;
    std::uint64_t asked_again = 0;
  };

  Node(
      boost::asio::any_io_executor executor, mqtt::MqttClient& client, Options options, const Agents& agents);

  void start();
  // Says goodbye to the fleet. Blocks up to a second.
  void stop();

  // What filters may ask; must outlive the node. Without it nothing that they ask can be told.
  void use(const DataFunctions& functions) { functions_ = &functions; }

  // Who runs what is asked for with `detach`; must outlive the node. Without it such requests fail.
  void use(Jobs& jobs) { jobs_ = &jobs; }

  // Whether the policies would let this caller call an action now.
  [[nodiscard]] bool may_call(
      const std::string& caller, const std::string& agent, const std::string& action) const;

  void trust(protocol::KeyRing keys) { gate_.trust(std::move(keys)); }

  void use_policies(PolicyFolder policies) { gate_.use_policies(std::move(policies)); }

  // Before start(); it must outlive the node. Without one nothing is on record.
  void audit_to(AuditTrail& audit) { audit_ = &audit; }

  // Classes that are not known are an error that says why: the node then refuses whatever hangs on them.
  void set_facts(Facts facts, Expected<std::vector<std::string>> classes);
  void set_health(const std::string& source, const std::vector<std::string>& sentences);

  void set_position(std::int64_t epoch, std::int64_t seq) { announcement_.set_position(epoch, seq); }

  // After agents were added, replaced or removed: the fleet is told, and requests are taken accordingly.
  void agents_changed();

  void publish_result(const protocol::ResultMessage& result);

  [[nodiscard]] const Counters& counters() const { return counters_; }

  [[nodiscard]] const LastRefusals& last_refusals() const { return last_refusals_; }

  [[nodiscard]] const Options& options() const { return options_; }

  [[nodiscard]] const Facts& facts() const { return facts_; }

  [[nodiscard]] const Expected<std::vector<std::string>>& classes() const { return classes_; }

  // What is broken on the node, a sentence each.
  [[nodiscard]] std::vector<std::string> health() const;

  void on_connected(const std::string& broker) override;
  void on_disconnected(const Error& why) override;
  void on_refused(const std::string& topic, const Error& why) override;
  void on_message(mqtt::Message message) override;

private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void on_request(const mqtt::Message& message);
  void on_own_presence(const mqtt::Message& message);
  [[nodiscard]] bool is_a_double(const protocol::Presence& presence, const mqtt::Message& message) const;
  void publish_presence();
  void schedule_presence();
  [[nodiscard]] mqtt::Message presence_message(protocol::NodeState state) const;
  [[nodiscard]] mqtt::Will will() const;

  void carry_out(const Dropped& dropped);
  void carry_out(Refused refused);
  void carry_out(AskedAgain again);
  void carry_out(const NotMeant& not_meant);
  void carry_out(Accepted accepted);
  void carry_out(Postponed postponed);
  boost::asio::awaitable<void> run_later(Postponed postponed, Time received);
  boost::asio::awaitable<void> run(protocol::Request request, Time received);
  [[nodiscard]] ActionReply begin_job(const protocol::Request& request, Time started);
  void job_ended(const protocol::Request& request, const JobRecord& record);
  [[nodiscard]] NodeSelf self() const;
  [[nodiscard]] Expected<void> put_on_record(const protocol::Request& request, Time started);
  boost::asio::awaitable<bool> is_meant(
      const protocol::Request& request, std::chrono::steady_clock::time_point deadline, Time received);
  void finish_not_meant(const protocol::Request& request, std::string why);
  void finish(const protocol::Request& request, Time received, Time started, ActionReply reply);
  void answer(const ReplyAddress& to, const protocol::Answer& told, mqtt::Qos qos);
  void send(const ReplyAddress& to, std::string payload, mqtt::Qos qos);
  void note_a_double(const std::string& how);
  void forget_the_double();
  void log_request(std::string_view what);

  boost::asio::any_io_executor executor_;
  mqtt::MqttClient& client_;
  Options options_;
  const Agents& agents_;
  const DataFunctions* functions_ = nullptr;
  Jobs* jobs_ = nullptr;
  std::string instance_;
  Announcement announcement_;
  RequestGate gate_;
  AuditTrail* audit_ = nullptr;
  Facts facts_;
  Expected<std::vector<std::string>> classes_;
  std::vector<std::string> agent_names_;
  Counters counters_;
  LastRefusals last_refusals_;
  boost::asio::steady_timer presence_timer_;
  bool connected_ = false;
  std::string broker_;                          // of this connection
  std::optional<SteadyTime> announced_;         // to this broker, for the last time
  std::optional<SteadyTime> announced_before_;  // the same, before this connection
  std::optional<SteadyTime> presence_refused_;
  LogRation log_ration_;
};

}  // namespace muster::node
