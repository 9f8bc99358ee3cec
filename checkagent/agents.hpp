// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "libmuster/protocol/messages.hpp"

namespace muster::checkagent {

// What an action gives back. Statuses are MCollective's: 0 OK, 1 aborted, 2 unknown action, 3 missing data,
// 4 invalid data, 5 other.
struct ActionReply {
  int status = 0;
  std::string message = "OK";
  protocol::json::object data;
  std::optional<protocol::Refusal> refused;  // instead of all that: it did not run
};

struct ActionCall {
  protocol::Request request;
  std::chrono::steady_clock::time_point deadline;  // by when it must have been answered
};

// The agents of a node: which actions it has, and whether they change it. Filled once, at start.
class Agents {
public:
  using Action = std::function<boost::asio::awaitable<ActionReply>(ActionCall)>;

  enum class Effect { reads, changes };

  void add(const std::string& agent, const std::string& action, Effect effect, Action run);

  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::set<std::string> changing() const;  // as "agent.action"

  // An unknown action is answered with status 2.
  [[nodiscard]] boost::asio::awaitable<ActionReply> run(ActionCall call) const;

private:
  std::map<std::string, std::map<std::string, Action>> actions_;
  std::set<std::string> changing_;
};

// The agent that tells about the agent: `ping` answers with the node's time.
void add_rpcutil(Agents& agents);

}  // namespace muster::checkagent
