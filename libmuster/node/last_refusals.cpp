// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/last_refusals.hpp"

#include <utility>
#include <variant>

#include "libmuster/protocol/sendable.hpp"

namespace muster::node {

namespace {

constexpr std::size_t longest_message = 512;  // more than any refusal of our own says
constexpr std::size_t longest_name = 256;     // of callers, agents and actions

// Only of what is verified: before that nothing of a body is read.
void add_what_was_asked(std::string_view payload, LastRefusal& refusal)
{
  const auto sealed = protocol::open_header(payload);
  const auto request = sealed ? protocol::parse_body(*sealed) : tl::unexpected{sealed.error()};
  if (request) {
    refusal.agent = protocol::sendable_text(request->agent, longest_name);
    refusal.action = protocol::sendable_text(request->action, longest_name);
  }
}

}  // namespace

void LastRefusals::decided(const Decision& decision, std::string_view payload, Time now)
{
  const auto* refused = std::get_if<Refused>(&decision);
  if (refused == nullptr) {
    return;
  }
  LastRefusal refusal;
  refusal.caller = protocol::sendable_text(refused->to.caller, longest_name);
  refusal.verified = refused->verified;
  refusal.reason = refused->reason;
  refusal.message = protocol::sendable_text(refused->message, longest_message);
  refusal.at = now;
  if (refusal.verified) {
    add_what_was_asked(payload, refusal);
  }
  (refusal.verified ? verified_ : unverified_) = std::move(refusal);
}

void LastRefusals::refused(
    const protocol::Request& request, protocol::Refusal reason, std::string_view message, Time now)
{
  verified_ = LastRefusal{
      protocol::sendable_text(request.caller, longest_name),
      true,
      protocol::sendable_text(request.agent, longest_name),
      protocol::sendable_text(request.action, longest_name),
      reason,
      protocol::sendable_text(message, longest_message),
      now};
}

protocol::json::object to_json(const LastRefusal& refusal)
{
  protocol::json::object object;
  object["caller"] = refusal.caller;
  object["verified"] = refusal.verified;
  object["agent"] = refusal.agent;
  object["action"] = refusal.action;
  object["reason"] = protocol::to_string(refusal.reason);
  object["message"] = refusal.message;
  object["time"] = protocol::to_json(refusal.at);
  return object;
}

}  // namespace muster::node
