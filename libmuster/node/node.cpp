// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/node.hpp"

#include <utility>

#include "libmuster/runtime/log.hpp"

namespace muster::node {
namespace asio = boost::asio;
namespace log = runtime::log;
using protocol::NodeState;

namespace {

constexpr std::size_t instance_length = 12;

// Two nodes with one name throw each other out; both stand back for this long after each meeting.
constexpr std::chrono::seconds stand_back{60};

constexpr std::chrono::milliseconds patience_at_stop{1000};

// Whoever has mended the broker's ACL need not restart the node; who has not, sees one error an hour.
constexpr std::chrono::hours try_refused_again{1};

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Node::Node(asio::any_io_executor executor, mqtt::MqttClient& client, Options options, const Agents& agents)
    : executor_{std::move(executor)},
      client_{client},
      options_{std::move(options)},
      agents_{agents},
      instance_{protocol::random_word(instance_length)},
      announcement_{options_.name, instance_, options_.collectives, agents.names()},
      gate_{wall_clock_now()},
      agent_names_{agents.names()},
      presence_timer_{executor_}
{
  gate_.set_changing_actions(agents.changing());
}

void Node::start()
{
  client_.set_will(will());
  client_.start(*this);
}

void Node::stop()
{
  presence_timer_.cancel();
  if (connected_ && !presence_refused_) {
    client_.publish(presence_message(NodeState::stopped));
  }
  connected_ = false;
  client_.close(patience_at_stop);
}

void Node::set_facts(Facts facts, Expected<std::vector<std::string>> classes)
{
  facts_ = std::move(facts);
  classes_ = std::move(classes);
  const auto before = protocol::encode(announcement_.presence(NodeState::up));
  announcement_.set_facts(facts_, options_.announce, classes_.value_or(std::vector<std::string>{}));
  if (!classes_) {
    announcement_.leave_classes_open();
  }
  if (protocol::encode(announcement_.presence(NodeState::up)) != before) {
    publish_presence();
  }
}

void Node::set_health(const std::string& source, const std::vector<std::string>& sentences)
{
  if (!announcement_.set_health(source, sentences)) {
    return;
  }
  for (const auto& sentence : sentences) {
    log::warning(std::string{source}.append(": ").append(sentence));
  }
  publish_presence();
}

void Node::agents_changed()
{
  agent_names_ = agents_.names();
  gate_.set_changing_actions(agents_.changing());
  if (announcement_.set_agents(agent_names_)) {
    publish_presence();
  }
}

std::vector<std::string> Node::health() const
{
  return announcement_.presence(NodeState::up).health;
}

mqtt::Message Node::presence_message(NodeState state) const
{
  mqtt::Message message;
  message.topic = options_.topics.presence(options_.name);
  message.payload = protocol::encode(announcement_.presence(state));
  message.retained = true;
  message.expiry = protocol::presence_expiry;
  return message;
}

mqtt::Will Node::will() const
{
  return {presence_message(NodeState::gone), will_delay};
}

void Node::publish_presence()
{
  client_.set_will(will());
  if (connected_ && !presence_refused_) {
    announced_ = std::chrono::steady_clock::now();
    client_.publish(presence_message(NodeState::up));
  }
}

// Nobody else has used our name since we are connected: five minutes are more than a stand-back takes.
void Node::forget_the_double()
{
  if (announcement_.set_health("name", {})) {
    log::info("no other node has used the name " + options_.name + " for a while");
  }
}

void Node::schedule_presence()
{
  presence_timer_.expires_after(options_.announce_every);
  presence_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled || !connected_) {
      return;  // on_connected begins anew
    }
    forget_the_double();
    if (presence_refused_ && std::chrono::steady_clock::now() > *presence_refused_ + try_refused_again) {
      presence_refused_.reset();
    }
    publish_presence();
    schedule_presence();
  });
}

void Node::on_connected(const std::string& broker)
{
  log::info("connected to " + broker + " as " + options_.name);
  connected_ = true;
  if (broker != broker_) {
    announced_.reset();
  }
  announced_before_ = announced_;
  broker_ = broker;
  announcement_.set_broker(broker);
  std::vector<mqtt::Subscription> wanted;
  wanted.push_back({options_.topics.request_to_node(options_.name)});
  for (const auto& collective : options_.collectives) {
    wanted.push_back({options_.topics.request_to_collective(collective)});
  }
  wanted.push_back({options_.topics.presence(options_.name)});
  client_.subscribe(std::move(wanted));
  publish_presence();
  schedule_presence();
}

void Node::on_disconnected(const Error& why)
{
  connected_ = false;
  log::warning(why.message);
  if (why.message.find("taken over") != std::string::npos) {
    note_a_double("another program has connected with the name " + options_.name);
  }
}

void Node::on_refused(const std::string& topic, const Error& why)
{
  if (topic == options_.topics.presence(options_.name) && !presence_refused_) {
    // Publishing it again would end in the same refusal, and with some brokers in the end of the connection.
    presence_refused_ = std::chrono::steady_clock::now();
    log::error(
        why.message + ": no roll-call will know this node. Allow it in the broker's ACL: pattern readwrite " +
        options_.topics.presence("%u"));
    return;
  }
  log::error(why.message);
}

void Node::on_message(mqtt::Message message)
{
  const auto topic = options_.topics.parse(message.topic);
  if (!topic) {
    return;
  }
  if (topic->kind == protocol::Topics::Kind::request) {
    on_request(message);
  } else if (topic->kind == protocol::Topics::Kind::presence) {
    on_own_presence(message);
  }
}

void Node::on_own_presence(const mqtt::Message& message)
{
  if (message.topic != options_.topics.presence(options_.name)) {
    return;  // not subscribed to
  }
  const auto presence = protocol::parse_presence(message.payload);
  if (presence && is_a_double(*presence, message)) {
    note_a_double(
        "another checkagent announces itself as " + options_.name + " (instance " + presence->instance + ")");
    client_.reconnect_after(stand_back);
    connected_ = false;
    return;
  }
  const bool ours = presence && presence->instance == instance_ && presence->state == NodeState::up;
  if (!ours && !message.retained) {
    publish_presence();  // a late will of our own, or somebody's mistake: we are here
  }
}

// A retained presence of somebody else may be that of the checkagent that ran here before us: a broker keeps
// it until we announce ourselves, and takes it up again when it comes back from a crash with what it had
// saved before that. Whoever has announced itself there after us, is not that one; if we never did, whoever
// began after us.
bool Node::is_a_double(const protocol::Presence& presence, const mqtt::Message& message) const
{
  if (presence.instance == instance_ || presence.state != NodeState::up) {
    return false;
  }
  if (!message.retained) {
    return true;
  }
  if (announced_before_) {
    return protocol::presence_age(message.expiry) <= std::chrono::steady_clock::now() - *announced_before_;
  }
  return presence.epoch > announcement_.presence(NodeState::up).epoch;
}

void Node::note_a_double(const std::string& how)
{
  log::error(how + ": two nodes must not have one name; standing back for a while");
  announcement_.set_health("name", {how});
}

}  // namespace muster::node
