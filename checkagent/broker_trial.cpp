// SPDX-License-Identifier: Apache-2.0
#include "checkagent/broker_trial.hpp"

#include <algorithm>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "libmuster/mqtt/mqtt_client.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::checkagent {

namespace {

constexpr std::chrono::milliseconds goodbye_patience{200};
constexpr const char* session = "selftest";

// No JSON: every reader rejects it, and a presence that is rejected changes nobody's state.
constexpr const char* harmless = "checkagent --self-test was here";

mqtt::ConnectionOptions connection_options(const Settings& settings, const std::string& broker)
{
  mqtt::ConnectionOptions options;
  options.brokers = {broker};
  options.tls = {settings.connection.ca, settings.connection.certificate, settings.connection.key};
  options.client_id = settings.identity + "-selftest";
  return options;
}

class BrokerTrial final : public mqtt::MqttListener {
public:
  BrokerTrial(const Settings& settings, const std::string& broker)
      : settings_{settings},
        topics_{settings.topic_dots_as_underscores},
        result_{topics_.result(settings.identity)},
        // A node is no caller, so nobody but this trial hears its "replies to itself".
        reply_{topics_.reply(settings.identity, session, settings.identity)},
        presence_{topics_.presence(settings.identity)},
        client_{mqtt::make_paho_client(loop_.get_executor(), connection_options(settings, broker))}
  {}

  BrokerOutcome run(std::chrono::milliseconds patience)
  {
    const auto waits = boost::asio::make_work_guard(loop_);  // for Paho's threads, which it knows nothing of
    client_->start(*this);
    loop_.run_for(patience);
    client_->close(goodbye_patience);
    return outcome_;
  }

  void on_connected(const std::string& /*broker*/) override
  {
    outcome_.connected = true;
    client_->subscribe(
        {{presence_},
         {topics_.replies_to(settings_.identity, session)},
         {topics_.request_to_node(settings_.identity)}});
    for (const auto& collective : settings_.collectives) {
      client_->subscribe({{topics_.request_to_collective(collective)}});
    }
    refused_here_ = false;
    if (!outcome_.answered) {
      publish(result_);
      publish(reply_);  // last: what comes of it comes behind all else
    }
  }

  // mosquitto 2.0.11 refuses and then hangs up: the client comes back, and the other rights are tried.
  void on_disconnected(const Error& why) override
  {
    if (refused_here_) {
      return;
    }
    outcome_.fell = why;
    loop_.stop();
  }

  void on_refused(const std::string& topic, const Error& why) override
  {
    if (topic == topics_.replies_to(settings_.identity, session)) {
      return;  // no node needs to hear itself; it costs this trial its patience
    }
    refused_here_ = true;
    outcome_.refused.insert_or_assign(topic, why);
    if (topic == reply_) {
      all_but_the_presence_is_told();
    } else if (topic == presence_ && outcome_.presence == BrokerOutcome::Presence::sent) {
      end(BrokerOutcome::Presence::refused);
    }
  }

  void on_message(mqtt::Message message) override
  {
    if (message.topic == reply_ && message.payload == harmless) {
      all_but_the_presence_is_told();
    } else if (message.topic == presence_ && message.payload != harmless) {
      const auto presence = protocol::parse_presence(message.payload);
      outcome_.node_is_up = presence && presence->state == protocol::NodeState::up;
    } else if (message.topic == presence_ && !message.retained) {
      end(BrokerOutcome::Presence::came_back);
    }
  }

private:
  void publish(const std::string& topic)
  {
    if (outcome_.refused.contains(topic)) {
      return;
    }
    mqtt::Message message;
    message.topic = topic;
    message.payload = harmless;
    client_->publish(std::move(message));
  }

  // A broker works in order: the retained presence, if there is one, has come before.
  void all_but_the_presence_is_told()
  {
    outcome_.answered = true;
    if (outcome_.node_is_up) {
      loop_.stop();
      return;
    }
    if (outcome_.refused.contains(presence_)) {  // as a subscription
      end(BrokerOutcome::Presence::refused);
      return;
    }
    outcome_.presence = BrokerOutcome::Presence::sent;
    publish(presence_);
  }

  void end(BrokerOutcome::Presence how)
  {
    outcome_.presence = how;
    loop_.stop();
  }

  const Settings& settings_;
  protocol::Topics topics_;
  std::string result_;
  std::string reply_;
  std::string presence_;
  bool refused_here_ = false;  // something, since the connection stands
  BrokerOutcome outcome_;
  boost::asio::io_context loop_{1};
  std::unique_ptr<mqtt::MqttClient> client_;
};

// The line of docs/protocol.md, section 1, that gives the right.
std::string rule_for(const protocol::Topics& topics, const std::string& topic)
{
  const auto parsed = topics.parse(topic);
  if (parsed && parsed->kind == protocol::Topics::Kind::reply) {
    return "pattern write muster/1/reply/+/+/%u";
  }
  if (parsed && parsed->kind == protocol::Topics::Kind::result) {
    return "pattern write muster/1/result/%u";
  }
  if (parsed && parsed->kind == protocol::Topics::Kind::presence) {
    return "pattern readwrite muster/1/presence/%u";
  }
  return "pattern read muster/1/request/+ and muster/1/node/%u";
}

std::string fix_for(const protocol::Topics& topics, const std::string& topic)
{
  return "the broker's ACL needs `" + rule_for(topics, topic) + "`";
}

}  // namespace

BrokerOutcome try_broker(
    const Settings& settings, const std::string& broker, std::chrono::milliseconds patience)
{
  // Not destroyed: Paho's destructor waits for its threads, and the program ends soon.
  auto* trial = new BrokerTrial{settings, broker};  // NOLINT(cppcoreguidelines-owning-memory)
  return trial->run(patience);
}

std::vector<Finding> judge_rights(
    const BrokerOutcome& outcome, const protocol::Topics& topics, const std::string& identity)
{
  std::vector<Finding> findings;
  for (const auto& [topic, why] : outcome.refused) {
    findings.push_back(bad(why.message, fix_for(topics, topic)));
  }
  if (outcome.fell) {
    findings.push_back(
        bad(outcome.fell->message + ", after " + identity + " published",
            "compare the broker's ACL with docs/protocol.md, section 1"));
  } else if (!outcome.answered) {
    findings.push_back(warning(
        "the broker neither refused nor delivered what " + identity + " published",
        "compare the broker's ACL with docs/protocol.md, section 1"));
  } else if (outcome.presence == BrokerOutcome::Presence::sent) {
    findings.push_back(
        bad("the broker does not deliver the presence of " + identity,
            fix_for(topics, topics.presence(identity))));
  }
  if (!findings.empty()) {
    return findings;
  }
  const std::string tried = outcome.node_is_up ? "may publish replies and results; " + identity +
                                                     " is up, so its presence was left alone"
                                               : "may publish replies, results and its presence";
  return {good(tried + "; whether requests reach it, `mco ping -I " + identity + "` tells")};
}

Finding judge_no_connection(const Error& why)
{
  const bool certificate = why.message.find("certificate") != std::string::npos;
  return bad(
      why.message,
      certificate
          ? "`tls: ca` must name the authority of the broker's certificate, and the broker that of ours"
          : "start the broker, or correct its address in `brokers`");
}

}  // namespace muster::checkagent
