// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::bridge {

// Which nodes there are, as presence tells: so that nobody waits for an answer that cannot come. Pure; one
// thread.
class KnownNodes {
public:
  using Clock = std::chrono::steady_clock;

  void take(const protocol::Presence& presence, std::chrono::seconds age, Clock::time_point now);
  void forget(std::string_view node);

  // Every retained presence has come: whoever is not known is nobody.
  void roll_call() { complete_ = true; }

  // The broker is to tell it anew; until then what was known before counts.
  void begin_anew() { complete_ = false; }

  // The node that `name` means: itself, or the only one of that name with a domain behind it. Fails with a
  // sentence for whoever asked: `not_found` for a name of none or of several, `disconnected` for a node that
  // is not there. As long as nothing is known of a name it is taken for a node's.
  [[nodiscard]] Expected<std::string> find(std::string_view name, Clock::time_point now) const;

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

private:
  struct Node {
    protocol::NodeState state = protocol::NodeState::up;
    Clock::time_point seen;  // when the broker took its presence in
  };

  using Nodes = std::map<std::string, Node, std::less<>>;

  [[nodiscard]] Expected<Nodes::const_iterator> look_up(std::string_view name) const;

  Nodes nodes_;
  bool complete_ = false;
};

}  // namespace muster::bridge
