// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/request_gate.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/json/serialize.hpp>

#include "libmuster/protocol/utc_text.hpp"

namespace muster::node {

using protocol::Refusal;
using protocol::Request;
using protocol::SealedRequest;

namespace {

ReplyAddress address_of(const SealedRequest& sealed)
{
  return {sealed.caller, sealed.session, sealed.id};
}

ReplyAddress address_of(const Request& request)
{
  return {request.caller, request.session, request.id};
}

bool contains(const std::vector<std::string>& words, const std::string& word)
{
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_addressed(const Request& request, const NodeSelf& self)
{
  return request.to.kind == protocol::Target::Kind::node ? request.to.name == self.name
                                                         : contains(self.collectives, request.to.name);
}

std::string both_clocks(const Request& request, Time now)
{
  const auto offset = std::chrono::duration_cast<std::chrono::seconds>(now - request.sent).count();
  return "sent " + protocol::utc_text(request.sent) + ", received " + protocol::utc_text(now) +
         " by the node's clock: " + std::to_string(offset) + " s apart";
}

std::optional<Refused> refuse_for_time(const Request& request, Time now)
{
  if (request.sent > now + RequestGate::tolerance) {
    return Refused{
        address_of(request),
        Refusal::clock,
        "the request is from the future (" + both_clocks(request, now) + "): set the clocks",
        true};
  }
  if (now > request.sent + request.ttl + RequestGate::tolerance) {
    return Refused{
        address_of(request),
        Refusal::expired,
        "the request is too old (" + both_clocks(request, now) + ")",
        true};
  }
  return std::nullopt;
}

// Not only while it could be replayed: its caller may ask again for as long as it waits for the answer.
Time remembered_until(const Request& request)
{
  return request.sent + std::max(request.ttl, request.splay + request.wait) + RequestGate::tolerance;
}

// A moment of its own within the window, the same in every interval and another for every check: FNV-1a.
std::chrono::milliseconds place_in_splay(const std::string& node, const Request& request)
{
  std::uint64_t hash = 14695981039346656037ULL;
  const std::string who_and_what =
      node + "/" + request.agent + "/" + request.action + "/" + protocol::json::serialize(request.data);
  for (const char letter : who_and_what) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  const auto window = static_cast<std::uint64_t>(request.splay.count());
  return std::chrono::milliseconds{window == 0 ? 0 : hash % window};
}

Refused busy(const Request& request, const Error& why)
{
  return {address_of(request), Refusal::busy, why.message, true};
}

// What gives the same as a data function gives: whoever may not call it shall not learn it through a filter
// either. An empty action: there is none, everybody who is trusted may ask.
struct ActionBehind {
  std::string agent;
  std::string action;
};

ActionBehind action_behind(const std::string& function)
{
  if (function == "nrpe") {
    return {function, "runcommand"};
  }
  if (function == "package" || function == "service") {
    return {function, "status"};
  }
  return function == "fstat" ? ActionBehind{"rpcutil", "get_data"} : ActionBehind{};
}

// rpcutil.get_data asks a data function without a filter.
std::vector<FunctionCall> calls_of(const CompiledFilter& filter, const Request& request)
{
  auto calls = filter.functions();
  const auto* source = request.data.if_contains("source");
  if (request.agent == "rpcutil" && request.action == "get_data" && source != nullptr &&
      source->is_string()) {
    const auto* query = request.data.if_contains("query");
    calls.push_back(
        {std::string{std::string_view{source->get_string()}},
         query != nullptr && query->is_string() ? std::string{std::string_view{query->get_string()}} : ""});
  }
  return calls;
}

NotMeant not_meant(const Request& request)
{
  const bool direct = request.to.kind == protocol::Target::Kind::node;
  return {address_of(request), request.reply != protocol::ReplyMode::all, direct};
}

NodeView view_of(const NodeSelf& self)
{
  static const std::vector<std::string> none;
  return {self.name, self.facts, self.classes ? *self.classes : none, self.agents};
}

}  // namespace

Decision RequestGate::decide(std::string_view payload, bool retained, const NodeSelf& self, Time now)
{
  if (retained) {
    return Dropped{"a retained request: no command is ever published retained"};
  }
  const auto sealed = protocol::open_header(payload);
  if (!sealed) {
    return Dropped{sealed.error().message};
  }
  if (!keys_.knows(sealed->caller)) {
    return refuse_unverified(*sealed, Refusal::unknown_key, now);
  }
  if (!keys_.verifies(sealed->caller, sealed->signed_text, sealed->signature)) {
    return refuse_unverified(*sealed, Refusal::bad_signature, now);
  }
  auto request = protocol::parse_body(*sealed);
  if (!request) {
    return Refused{address_of(*sealed), Refusal::malformed, request.error().message, true};
  }
  return decide_verified(std::move(*request), payload, self, now);
}

Decision RequestGate::refuse_unverified(const SealedRequest& sealed, Refusal reason, Time now)
{
  const std::string why = reason == Refusal::unknown_key
                              ? "no key of " + sealed.caller + " is trusted here: " + sealed.caller +
                                    ".pub belongs into callers.d"
                              : "the signature of " + sealed.caller + " does not hold";
  if (!may_answer_unverified(now)) {
    return Dropped{
        why + " (not answered: more than " + std::to_string(most_unverified_a_minute) +
        " such requests this minute)"};
  }
  return Refused{address_of(sealed), reason, why, false};
}

bool RequestGate::may_answer_unverified(Time now)
{
  std::erase_if(unverified_answers_, [now](Time answered) {
    return now >= answered + std::chrono::minutes{1} || answered > now;  // or the clock was set back
  });
  if (unverified_answers_.size() >= most_unverified_a_minute) {
    return false;
  }
  unverified_answers_.push_back(now);
  return true;
}

Decision RequestGate::decide_verified(
    Request request, std::string_view payload, const NodeSelf& self, Time now)
{
  if (auto refused = refuse_for_time(request, now)) {
    return std::move(*refused);
  }
  if (!is_addressed(request, self)) {
    return Dropped{"a request of " + request.caller + " to " + request.to.name + ", which is not this node"};
  }
  const ReplyCache::Key key{request.caller, request.id};
  cache_.extend(key, remembered_until(request));
  switch (cache_.look_up(key)) {
  case ReplyCache::Known::running:
    return AskedAgain{address_of(request), true, {}};
  case ReplyCache::Known::answered:
    return AskedAgain{address_of(request), false, cache_.answer(key)};
  case ReplyCache::Known::answer_dropped:
    return Refused{
        address_of(request), Refusal::replayed, "this request has run; its answer is no longer kept", true};
  case ReplyCache::Known::no:
    break;
  }
  return admit(std::move(request), payload, self, now);
}

Decision RequestGate::admit(Request request, std::string_view payload, const NodeSelf& self, Time now)
{
  const auto filter = CompiledFilter::compile(request.filter);
  if (!filter) {
    return Refused{address_of(request), Refusal::malformed, "filter: " + filter.error().message, true};
  }
  if (!contains(self.agents, request.agent)) {
    return not_meant(request);
  }
  const auto verdict = filter->decide(view_of(self), {self.classes.has_value(), {}});
  if (verdict == Verdict::no) {
    return not_meant(request);
  }
  if (verdict == Verdict::unknown && !self.classes && filter->asks_for_classes()) {
    // "Not meant" would be a guess, and would hide this node from whoever counts on it.
    return Refused{
        address_of(request),
        Refusal::policy,
        "the classes of this node cannot be read: " + self.classes.error().message,
        true};
  }
  if (auto refused = refuse_by_policy(request, self)) {
    return std::move(*refused);
  }
  if (auto refused = refuse_functions(*filter, request, self)) {
    return std::move(*refused);
  }
  return make_room(std::move(request), payload, self, now);
}

bool RequestGate::changes_node(const Request& request) const
{
  return changing_.contains(request.agent + "." + request.action);
}

std::optional<Refused> RequestGate::refuse_by_policy(const Request& request, const NodeSelf& self) const
{
  const bool changes = changes_node(request);
  if (changes && request.sent < started_) {
    return Refused{
        address_of(request),
        Refusal::restarted,
        "sent before checkagent started: it may have been done already",
        true};
  }
  const PolicyNode node{view_of(self), self.classes.has_value()};
  auto verdict = policies_.decide({request.caller, request.agent, request.action, changes, node});
  if (verdict.allowed) {
    return std::nullopt;
  }
  return Refused{address_of(request), Refusal::policy, std::move(verdict.why), true};
}

bool RequestGate::may_call(
    const std::string& caller,
    const std::string& agent,
    const std::string& action,
    const NodeSelf& self) const
{
  const bool changes = changing_.contains(agent + "." + action);
  const PolicyNode node{view_of(self), self.classes.has_value()};
  return policies_.decide({caller, agent, action, changes, node}).allowed;
}

std::optional<Refused> RequestGate::refuse_functions(
    const CompiledFilter& filter, const Request& request, const NodeSelf& self) const
{
  for (const auto& call : calls_of(filter, request)) {
    auto behind = action_behind(call.function);
    if (behind.action.empty()) {
      continue;
    }
    Request asked = request;
    asked.agent = std::move(behind.agent);
    asked.action = std::move(behind.action);
    if (auto refused = refuse_by_policy(asked, self)) {
      refused->message = "the request asks " + to_string(call) + ": " + refused->message;
      return refused;
    }
  }
  return std::nullopt;
}

Decision RequestGate::make_room(Request request, std::string_view payload, const NodeSelf& self, Time now)
{
  const bool waits = request.splay.count() > 0;
  if (waits) {
    if (const auto room = splay_room_.enter(request.caller, payload.size()); !room) {
      return busy(request, room.error());
    }
  }
  if (const auto room = cache_.begin({request.caller, request.id}, remembered_until(request), now); !room) {
    if (waits) {
      splay_room_.leave(request.caller, payload.size());
    }
    return busy(request, room.error());
  }
  if (waits) {
    return Postponed{place_in_splay(self.name, request), std::string{payload}};
  }
  return Accepted{std::move(request)};
}

Request RequestGate::take_out_of_splay(const std::string& payload)
{
  // Both have been read before, so neither can fail.
  const auto sealed = protocol::open_header(payload).value();
  splay_room_.leave(sealed.caller, payload.size());
  return protocol::parse_body(sealed).value();
}

void RequestGate::answered(const Request& request, std::string answer)
{
  cache_.finish({request.caller, request.id}, std::move(answer));
}

}  // namespace muster::node
