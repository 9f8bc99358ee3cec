// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/service_session.hpp"

#include <utility>

namespace muster::fleet {

namespace {

constexpr std::size_t id_length = 16;  // as that of every request
constexpr std::chrono::seconds marker_expiry{60};

bool is_service(std::string_view name)
{
  return name.find('@') != std::string_view::npos;
}

}  // namespace

ServiceSession::ServiceSession(mqtt::MqttClient& client, Identity identity, Events events)
    : client_{client}, identity_{std::move(identity)}, events_{std::move(events)}
{}

Expected<std::string> ServiceSession::ask(const Question& question)
{
  protocol::Request request;
  request.caller = identity_.key.caller();
  request.session = identity_.session;
  request.id = protocol::random_word(id_length);
  request.to = {protocol::Target::Kind::node, question.service};
  request.agent = question.agent;
  request.action = question.action;
  request.data = question.data;
  request.sent = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  request.wait = question.wait;
  mqtt::Message message;
  message.topic = identity_.topics.request_to_node(question.service);
  message.payload = protocol::seal(request, identity_.key);
  if (message.payload.size() > protocol::largest_encoded) {
    return failure(ErrorCode::invalid_input, "the request is too large: use a shorter filter");
  }
  message.expiry = std::chrono::ceil<std::chrono::seconds>(question.wait);
  client_.publish(std::move(message));
  return request.id;
}

void ServiceSession::on_connected(const std::string& /*broker*/)
{
  client_.subscribe(
      {{identity_.topics.replies_to(identity_.key.caller(), identity_.session)},
       {identity_.topics.every_presence()}});
  // Behind every retained presence it comes back.
  mqtt::Message marker;
  marker.topic = identity_.topics.reply(identity_.key.caller(), identity_.session, identity_.key.caller());
  marker.payload = "marker";
  marker.expiry = marker_expiry;
  client_.publish(std::move(marker));
  events_.connected();
}

void ServiceSession::on_disconnected(const Error& why)
{
  events_.lost(why);
}

void ServiceSession::on_refused(const std::string& /*topic*/, const Error& why)
{
  events_.not_allowed(Error{ErrorCode::denied, why.message + " (as " + identity_.key.caller() + ")"});
}

void ServiceSession::on_message(mqtt::Message message)
{
  const auto topic = identity_.topics.parse(message.topic);
  if (!topic) {
    return;
  }
  if (topic->kind == protocol::Topics::Kind::presence && is_service(topic->name)) {
    on_presence(topic->name, message);
  } else if (topic->kind == protocol::Topics::Kind::reply) {
    on_reply(topic->name, message);
  }
}

void ServiceSession::on_presence(const std::string& name, const mqtt::Message& message) const
{
  const auto presence = protocol::parse_presence(message.payload);
  if (presence && identity_.topics.same_name(name, presence->name)) {
    events_.presence(*presence, protocol::presence_age(message.expiry));
  }
}

void ServiceSession::on_reply(const std::string& name, const mqtt::Message& message) const
{
  if (identity_.topics.same_name(name, identity_.key.caller())) {
    events_.roll_call();
    return;
  }
  auto answer = protocol::parse_answer(message.payload);
  if (answer && identity_.topics.same_name(name, answer->node)) {
    events_.answer(std::move(*answer));
  }
}

}  // namespace muster::fleet
