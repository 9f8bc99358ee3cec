// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libmuster/model/policy_folder.hpp"
#include "libmuster/node/reply_cache.hpp"
#include "libmuster/node/splay_room.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::node {

// Who is at the other end of an answer.
struct ReplyAddress {
  std::string caller;
  std::string session;
  std::string id;
};

// What the gate decides about one message on a request topic.
struct Dropped {
  std::string why;  // for the log; nothing is sent
};

struct Refused {
  ReplyAddress to;
  protocol::Refusal reason{};
  std::string message;
  bool verified = false;  // false: the address itself may be forged, so it is answered at QoS 0 and seldom
};

struct AskedAgain {
  ReplyAddress to;
  bool running = false;
  std::string answer;  // as it was sent, if not running
};

struct NotMeant {
  ReplyAddress to;
  bool silent = false;  // the request wants to hear only from those that are meant
  bool direct = false;  // it named this node: worth QoS 1
};

// To be run, if it is meant for this node: a filter may hang on data functions that only Node can ask
// (conditional_request.hpp).
struct Accepted {
  protocol::Request request;
};

// Accepted, but to run at its moment within the splay. Until then only the payload is kept, which is a small
// part of what it takes when it is parsed; then Node calls RequestGate::take_out_of_splay().
struct Postponed {
  std::chrono::milliseconds delay{0};
  std::string payload;
};

using Decision = std::variant<Dropped, Refused, AskedAgain, NotMeant, Accepted, Postponed>;

// What a node knows about itself when it decides; borrowed for one call.
struct NodeSelf {
  const std::string& name;
  const std::vector<std::string>& collectives;
  const std::vector<std::string>& agents;
  const Facts& facts;
  const Expected<std::vector<std::string>>& classes;  // the error: why they are not known
};

// The order of work of section 4 of docs/protocol.md, up to running: retain flag, header and signature,
// clock, target, known id, agent and filter, policy. Pure but for what it remembers: the ids it has let
// through.
class RequestGate {
public:
  static constexpr std::chrono::milliseconds tolerance{30'000};  // between two clocks
  static constexpr std::size_t most_unverified_a_minute = 10;

  // `started`: when this checkagent started; an action that changes the node and was sent before is refused,
  // because nobody knows whether the one before us has done it.
  explicit RequestGate(Time started) : started_{started} {}

  void trust(protocol::KeyRing keys) { keys_ = std::move(keys); }

  // Actions that change a node, as "agent.action": refused unless a policy allows them.
  void set_changing_actions(std::set<std::string> actions) { changing_ = std::move(actions); }

  [[nodiscard]] bool changes_node(const protocol::Request& request) const;

  // Whether the policies let `caller` call it, whatever else may be wrong with the request.
  [[nodiscard]] bool may_call(
      const std::string& caller,
      const std::string& agent,
      const std::string& action,
      const NodeSelf& self) const;

  void use_policies(PolicyFolder policies) { policies_ = std::move(policies); }

  Decision decide(std::string_view payload, bool retained, const NodeSelf& self, Time now);

  // The request of a postponed payload, whose moment has come; its room is free again.
  protocol::Request take_out_of_splay(const std::string& payload);

  // What was answered to an accepted request; it is kept for those who ask again.
  void answered(const protocol::Request& request, std::string answer);

private:
  Decision refuse_unverified(const protocol::SealedRequest& sealed, protocol::Refusal reason, Time now);
  bool may_answer_unverified(Time now);
  Decision decide_verified(
      protocol::Request request, std::string_view payload, const NodeSelf& self, Time now);
  Decision admit(protocol::Request request, std::string_view payload, const NodeSelf& self, Time now);
  [[nodiscard]] std::optional<Refused> refuse_by_policy(
      const protocol::Request& request, const NodeSelf& self) const;
  [[nodiscard]] std::optional<Refused> refuse_functions(
      const CompiledFilter& filter, const protocol::Request& request, const NodeSelf& self) const;
  Decision make_room(protocol::Request request, std::string_view payload, const NodeSelf& self, Time now);

  protocol::KeyRing keys_;
  std::set<std::string> changing_;
  PolicyFolder policies_{"/etc/muster/policies.d"};
  ReplyCache cache_;
  SplayRoom splay_room_;
  Time started_;
  std::vector<Time> unverified_answers_;  // of the last minute
};

}  // namespace muster::node
