// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/request_message.hpp"

#include <utility>

namespace muster::fleet {

namespace {

std::string too_large(std::size_t bytes)
{
  return "the request has " + std::to_string(bytes) + " bytes, " + std::to_string(protocol::largest_encoded) +
         " is the limit: use a shorter filter or fewer arguments";
}

}  // namespace

protocol::Request request_for(const Question& question)
{
  protocol::Request request;
  request.agent = question.agent;
  request.action = question.action;
  request.data = question.data;
  request.filter = question.filter;
  request.ttl = question.ttl;
  request.detach = question.detach;
  return request;
}

Expected<mqtt::Message> request_message(
    const Question& question,
    const FleetRequest::Send& send,
    const std::string& id,
    const SessionIdentity& identity)
{
  auto request = request_for(question);
  request.caller = identity.key.caller();
  request.session = identity.session;
  request.id = id;
  request.sent = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  request.wait = send.wait;
  request.reply = send.reply;
  const bool direct = !send.node.empty();
  request.to = direct ? protocol::Target{protocol::Target::Kind::node, send.node}
                      : protocol::Target{protocol::Target::Kind::collective, question.collective};
  mqtt::Message message;
  message.topic = direct ? identity.topics.request_to_node(send.node)
                         : identity.topics.request_to_collective(question.collective);
  message.payload = protocol::seal(request, identity.key);
  if (message.payload.size() > protocol::largest_encoded) {
    return failure(ErrorCode::invalid_input, too_large(message.payload.size()));
  }
  message.expiry = std::chrono::ceil<std::chrono::seconds>(send.wait);
  return message;
}

}  // namespace muster::fleet
