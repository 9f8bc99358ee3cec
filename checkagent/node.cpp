// SPDX-License-Identifier: Apache-2.0
#include "checkagent/node.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/log.hpp"

namespace muster::checkagent {
namespace asio = boost::asio;
namespace log = runtime::log;
using protocol::Answer;
using protocol::NodeState;
using protocol::Outcome;

namespace {

constexpr std::size_t instance_length = 12;

// The node answers this much after the plugin's own deadline at the latest.
constexpr std::chrono::milliseconds time_to_answer{1000};

// An answer that cannot be delivered at once is worth keeping as long as its client waits.
constexpr std::chrono::seconds answer_expiry{60};

// Two nodes with one name throw each other out; both stand back for this long after each meeting.
constexpr std::chrono::seconds stand_back{60};

constexpr std::chrono::milliseconds patience_at_stop{1000};

Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ReplyAddress address_of(const protocol::Request& request)
{
  return {request.caller, request.session, request.id};
}

// Waits for a moment of its own within the window, the same in every interval: FNV-1a of name, agent and
// data.
std::chrono::milliseconds place_in_splay(const std::string& node, const protocol::Request& request)
{
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : node + "/" + request.agent + "/" + request.action) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  const auto window = static_cast<std::uint64_t>(request.splay.count());
  return std::chrono::milliseconds{window == 0 ? 0 : hash % window};
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
  if (connected_) {
    client_.publish(presence_message(NodeState::stopped));
  }
  client_.close(patience_at_stop);
}

void Node::set_facts(Facts facts, std::vector<std::string> classes)
{
  facts_ = std::move(facts);
  classes_ = std::move(classes);
  const auto before = protocol::encode(announcement_.presence(NodeState::up));
  announcement_.set_facts(facts_, options_.announce, classes_);
  if (protocol::encode(announcement_.presence(NodeState::up)) != before) {
    publish_presence();
  }
}

void Node::set_health(const std::string& source, std::vector<std::string> sentences)
{
  for (const auto& sentence : sentences) {
    log::warning(source + ": " + sentence);
  }
  if (announcement_.set_health(source, std::move(sentences))) {
    publish_presence();
  }
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
    client_.publish(presence_message(NodeState::up));
  }
}

void Node::schedule_presence()
{
  presence_timer_.expires_after(presence_every);
  presence_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      publish_presence();
      schedule_presence();
    }
  });
}

void Node::on_connected(const std::string& broker)
{
  log::info("connected to " + broker + " as " + options_.name);
  connected_ = true;
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
    presence_refused_ = true;
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
  const auto presence = protocol::parse_presence(message.payload);
  const bool ours = presence && presence->instance == instance_ && presence->state == NodeState::up;
  if (ours || message.retained) {
    return;  // an old one is replaced by what on_connected has sent
  }
  if (presence && presence->instance != instance_ && presence->state == NodeState::up) {
    note_a_double(
        "another checkagent announces itself as " + options_.name + " (instance " + presence->instance + ")");
    client_.reconnect_after(stand_back);
    connected_ = false;
    return;
  }
  publish_presence();  // a late will of our own, or somebody's mistake: we are here
}

void Node::note_a_double(const std::string& how)
{
  log::error(how + ": two nodes must not have one name; standing back for a while");
  announcement_.set_health("name", {how});
}

void Node::on_request(const mqtt::Message& message)
{
  const NodeSelf self{options_.name, options_.collectives, agent_names_, facts_, classes_};
  auto decision = gate_.decide(message.payload, message.retained, self, wall_clock_now());
  std::visit([this](auto&& decided) { carry_out(std::move(decided)); }, std::move(decision));
}

void Node::carry_out(Dropped dropped)
{
  ++counters_.dropped;
  log::warning("request dropped: " + dropped.why);
}

void Node::carry_out(Refused refused)
{
  ++counters_.refused;
  log::warning(
      "request refused: " + std::string{protocol::to_string(refused.reason)} +
      ": caller=" + refused.to.caller + " id=" + refused.to.id + ": " + refused.message);
  Answer told;
  told.outcome = Outcome::refused;
  told.reason = refused.reason;
  told.message = std::move(refused.message);
  answer(refused.to, told, refused.verified ? mqtt::Qos::at_least_once : mqtt::Qos::at_most_once);
}

void Node::carry_out(AskedAgain again)
{
  ++counters_.asked_again;
  if (!again.running) {
    send(again.to, std::move(again.answer), mqtt::Qos::at_least_once);
    return;
  }
  Answer told;
  told.outcome = Outcome::running;
  answer(again.to, told, mqtt::Qos::at_least_once);
}

void Node::carry_out(NotMeant not_meant)
{
  ++counters_.not_meant;
  if (not_meant.silent) {
    return;
  }
  Answer told;
  told.outcome = Outcome::not_meant;
  answer(not_meant.to, told, not_meant.direct ? mqtt::Qos::at_least_once : mqtt::Qos::at_most_once);
}

void Node::carry_out(Accepted accepted)
{
  ++counters_.accepted;
  const Time received = wall_clock_now();
  const auto splay = place_in_splay(options_.name, accepted.request);
  const auto deadline = std::chrono::steady_clock::now() + splay + accepted.request.wait + time_to_answer;
  auto work = [](Node& node,
                 protocol::Request request,
                 Time received_at,
                 std::chrono::milliseconds pause,
                 std::chrono::steady_clock::time_point by) -> asio::awaitable<void> {
    if (pause.count() > 0) {
      asio::steady_timer timer{node.executor_, pause};
      co_await timer.async_wait(asio::use_awaitable);
    }
    const Time started = wall_clock_now();
    ActionCall call{request, by - time_to_answer};
    ActionReply reply = co_await node.agents_.run(std::move(call));
    node.finish(request, received_at, started, std::move(reply));
  };
  asio::co_spawn(
      executor_, work(*this, std::move(accepted.request), received, splay, deadline), asio::detached);
}

void Node::finish(const protocol::Request& request, Time received, Time started, ActionReply reply)
{
  Answer told;
  told.id = request.id;
  told.node = options_.name;
  told.now = wall_clock_now();
  told.message = std::move(reply.message);
  told.received = received;
  told.started = started;
  told.finished = told.now;
  if (reply.refused) {
    ++counters_.refused;
    told.outcome = Outcome::refused;
    told.reason = *reply.refused;
  } else {
    told.status = reply.status;
    told.data = std::move(reply.data);
  }
  std::string payload = protocol::encode(told);
  gate_.answered(request, payload);
  if (request.reply != protocol::ReplyMode::trouble || told.outcome == Outcome::refused) {
    send(address_of(request), std::move(payload), mqtt::Qos::at_least_once);
  }
}

void Node::answer(const ReplyAddress& to, const Answer& told, mqtt::Qos qos)
{
  Answer complete = told;
  complete.id = to.id;
  complete.node = options_.name;
  complete.now = wall_clock_now();
  send(to, protocol::encode(complete), qos);
}

void Node::send(const ReplyAddress& to, std::string payload, mqtt::Qos qos)
{
  mqtt::Message message;
  message.topic = options_.topics.reply(to.caller, to.session, options_.name);
  message.payload = std::move(payload);
  message.qos = qos;
  message.expiry = answer_expiry;
  client_.publish(std::move(message));
}

void Node::publish_result(const protocol::ResultMessage& result)
{
  announcement_.set_position(result.epoch, result.seq);
  mqtt::Message message;
  message.topic = options_.topics.result(options_.name);
  message.payload = protocol::encode(result);
  client_.publish(std::move(message));
}

}  // namespace muster::checkagent
