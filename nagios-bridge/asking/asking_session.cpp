// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/asking_session.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "libmuster/runtime/log.hpp"

namespace muster::bridge {

namespace asio = boost::asio;
namespace log = runtime::log;
using namespace asio::experimental::awaitable_operators;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::size_t id_length = 16;  // as that of every request
constexpr std::chrono::milliseconds goodbye_patience{1000};
constexpr std::chrono::seconds marker_expiry{60};

protocol::Time wall_clock()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

// Somebody who waits for a question to be sent, and then for its answer.
struct AskingSession::Waiter {
  Waiter(
      const asio::any_io_executor& executor, std::string question, std::string asked, Clock::time_point end)
      : id{std::move(question)}, node{std::move(asked)}, deadline{end}, timer{executor}
  {}

  // Until something has happened, or the deadline.
  asio::awaitable<void> wait()
  {
    timer.expires_at(deadline);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }

  std::string id;
  std::string node;
  Clock::time_point deadline;
  asio::steady_timer timer;
  bool sent = false;
  std::optional<Expected<CheckResult>> result;
};

AskingSession::AskingSession(asio::any_io_executor executor, mqtt::MqttClient& client, Identity identity)
    : executor_{std::move(executor)}, client_{client}, identity_{std::move(identity)}
{}

AskingSession::~AskingSession() = default;

void AskingSession::start()
{
  client_.start(*this);
}

void AskingSession::stop()
{
  client_.close(goodbye_patience);
}

asio::awaitable<std::optional<Expected<CheckResult>>> AskingSession::ask(
    AskedCheck asked, Clock::time_point deadline, asio::awaitable<void> gone)
{
  const auto enqueued = enqueue(std::move(asked), deadline);
  if (!enqueued) {
    co_return tl::unexpected{enqueued.error()};
  }
  const auto& waiter = *enqueued;
  bool deserted = false;
  if (!waiter->sent) {
    const auto first = co_await (waiter->wait() || std::move(gone));
    deserted = first.index() == 1 && !waiter->sent && !waiter->result;
  }
  if (waiter->sent && !waiter->result) {
    co_await waiter->wait();
  }
  if (!waiter->result) {
    give_up(*waiter);
  }
  co_return deserted ? std::nullopt : std::move(waiter->result);
}

Expected<std::shared_ptr<AskingSession::Waiter>> AskingSession::enqueue(
    AskedCheck asked, Clock::time_point deadline)
{
  auto node = reachable(asked.node);
  if (!node) {
    return tl::unexpected{node.error()};
  }
  asked.node = *node;
  const auto id = protocol::random_word(id_length);
  if (const auto added = questions_.add(id, std::move(asked), deadline); !added) {
    return tl::unexpected{added.error()};
  }
  auto waiter = std::make_shared<Waiter>(executor_, id, *node, deadline);
  waiters_.emplace(id, waiter);
  send_next(*node);
  return waiter;
}

Expected<std::string> AskingSession::reachable(const std::string& name) const
{
  if (!connected_) {
    return failure(
        ErrorCode::disconnected, "nagios-bridge has no connection to its broker: " + why_not_connected_);
  }
  return nodes_.find(name, Clock::now());
}

void AskingSession::give_up(Waiter& waiter)
{
  auto why = questions_.give_up(waiter.id);
  waiters_.erase(waiter.id);
  send_next(waiter.node);
  if (!connected_) {
    why += ", and nagios-bridge has lost its broker";
  }
  waiter.result = failure(ErrorCode::timed_out, std::move(why));
}

void AskingSession::send_next(const std::string& node)
{
  while (const auto send = questions_.next(node, Clock::now())) {
    const auto& waiter = waiters_.at(send->id);
    waiter->sent = true;
    waiter->timer.cancel();
    publish(*send);
  }
}

void AskingSession::publish(const OpenQuestions::Send& send)
{
  protocol::Request request;
  request.caller = identity_.key.caller();
  request.session = identity_.session;
  request.id = send.id;
  request.to = {protocol::Target::Kind::node, send.asked.node};
  request.agent = "nrpe";
  request.action = "runcommand";
  request.data["command"] = send.asked.check;
  if (!send.asked.arguments.empty()) {
    request.data["args"] = send.asked.arguments;
  }
  request.sent = wall_clock();
  request.wait = send.wait;
  mqtt::Message message;
  message.topic = identity_.topics.request_to_node(send.asked.node);
  message.payload = protocol::seal(request, identity_.key);
  message.expiry = std::chrono::ceil<std::chrono::seconds>(send.wait);
  client_.publish(std::move(message));
}

void AskingSession::on_connected(const std::string& broker)
{
  log::info("connected to " + broker + " to ask nodes for checks");
  connected_ = true;
  nodes_.begin_anew();
  client_.subscribe(
      {{identity_.topics.replies_to(identity_.key.caller(), identity_.session)},
       {identity_.topics.every_presence()}});
  publish_marker();
  for (const auto& send : questions_.again(Clock::now())) {
    publish(send);
  }
}

// Behind every retained presence it comes back.
void AskingSession::publish_marker()
{
  const auto& caller = identity_.key.caller();
  mqtt::Message marker;
  marker.topic = identity_.topics.reply(caller, identity_.session, caller);
  marker.payload = "marker";
  marker.expiry = marker_expiry;
  client_.publish(std::move(marker));
}

// Those who wait go on waiting: the connection comes back by itself, and then they are asked for again.
void AskingSession::on_disconnected(const Error& why)
{
  connected_ = false;
  why_not_connected_ = why.message;
}

void AskingSession::on_refused(const std::string& topic, const Error& why)
{
  log::error(
      why.message + ": the broker's ACL must let " + identity_.key.caller() + " use " + topic +
      "; see docs/nagios-bridge.md");
}

void AskingSession::on_message(mqtt::Message message)
{
  const auto topic = identity_.topics.parse(message.topic);
  if (topic && topic->kind == protocol::Topics::Kind::presence) {
    on_presence(topic->name, message);
  } else if (topic && topic->kind == protocol::Topics::Kind::reply) {
    on_reply(topic->name, message);
  }
}

void AskingSession::on_presence(const std::string& name, const mqtt::Message& message)
{
  const auto node = identity_.topics.node_name_of(name);
  if (message.payload.empty()) {
    nodes_.forget(node);
    return;
  }
  const auto presence = protocol::parse_presence(message.payload);
  const bool is_service = presence && presence->name.find('@') != std::string::npos;
  if (presence && !is_service && identity_.topics.same_name(name, presence->name)) {
    const auto age = message.retained ? protocol::presence_age(message.expiry) : std::chrono::seconds{0};
    nodes_.take(*presence, age, Clock::now());
  }
}

void AskingSession::on_reply(const std::string& name, const mqtt::Message& message)
{
  if (identity_.topics.same_name(name, identity_.key.caller())) {
    nodes_.roll_call();
    return;
  }
  const auto answer = protocol::parse_answer(message.payload);
  if (!answer || !identity_.topics.same_name(name, answer->node)) {
    return;
  }
  if (auto settled = questions_.on_answer(*answer)) {
    const auto waiter = waiters_.extract(settled->id);
    waiter.mapped()->result = std::move(settled->result);
    waiter.mapped()->timer.cancel();
    send_next(settled->node);
  }
}

}  // namespace muster::bridge
