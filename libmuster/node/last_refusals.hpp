// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libmuster/node/request_gate.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::node {

// The last request that a node has refused, for whoever wonders why the node is silent.
struct LastRefusal {
  std::string caller;  // as claimed, if it is not verified
  bool verified = false;
  std::string agent;  // empty: not verified, so that the body was not read, or malformed
  std::string action;
  protocol::Refusal reason{};
  std::string message;  // sendable, cut
  Time at;              // by the node's clock
};

// The last two of them: of a caller whose signature holds, and of one whose does not, so that a stranger who
// knocks hides nothing. Pure; one thread.
class LastRefusals {
public:
  // Takes note if the gate has refused what is in `payload`.
  void decided(const Decision& decision, std::string_view payload, Time now);

  // Of a request that was accepted, and refused later: busy, or what its filter asks cannot be told.
  void refused(
      const protocol::Request& request, protocol::Refusal reason, std::string_view message, Time now);

  [[nodiscard]] const std::optional<LastRefusal>& verified() const { return verified_; }

  [[nodiscard]] const std::optional<LastRefusal>& unverified() const { return unverified_; }

private:
  std::optional<LastRefusal> verified_;
  std::optional<LastRefusal> unverified_;
};

// {"caller", "verified", "agent", "action", "reason", "message", "time"}
protocol::json::object to_json(const LastRefusal& refusal);

}  // namespace muster::node
