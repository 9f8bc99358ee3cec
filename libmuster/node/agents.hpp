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
#include <tl/expected.hpp>

#include "libmuster/ddl/document.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::node {

// What an action gives back. Statuses are MCollective's: 0 OK, 1 aborted, 2 unknown action, 3 missing data,
// 4 invalid data, 5 other.
struct ActionReply {
  int status = 0;
  std::string message = "OK";
  protocol::json::object data;
  std::optional<protocol::Refusal> refused;  // instead of all that: it did not run
};

// A reply with a status other than 0, and why.
ActionReply failed(int status, std::string message);

struct ActionCall {
  protocol::Request request;  // its data are complete: checked by the DDL, with the defaults filled in
  std::chrono::steady_clock::time_point deadline;  // by when it must have been answered
  bool detached = false;  // a job: it may take until the deadline, whatever else limits its agent
};

// Whether an action that runs can be ended, or would leave the node half changed.
enum class Stopping { any_time, never };

// The agents of a node: what each says that it can do, and who does it. Lives on the node's executor.
class Agents {
public:
  using Action = std::function<boost::asio::awaitable<ActionReply>(ActionCall)>;

  // Each action of the DDL that has no function here is answered as unknown. An agent of that name that was
  // there before is replaced; calls under way keep theirs.
  void add(
      ddl::Document document, std::map<std::string, Action> actions, Stopping stopping = Stopping::any_time);

  void remove(const std::string& agent) { agents_.erase(agent); }

  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::set<std::string> changing() const;  // as "agent.action"

  // Null if there is no such agent; valid until it is replaced or removed.
  [[nodiscard]] const ddl::Document* document(const std::string& agent) const;

  [[nodiscard]] Stopping stopping(const std::string& agent) const;

  // What run() would answer to a request that is wrong; nothing if it would run.
  [[nodiscard]] std::optional<ActionReply> refuse(const protocol::Request& request) const;

  // Data that break the DDL are answered with status 3 or 4, an unknown action with status 2.
  [[nodiscard]] boost::asio::awaitable<ActionReply> run(ActionCall call) const;

private:
  struct Agent {
    ddl::Document document;
    std::map<std::string, Action> actions;
    Stopping stopping = Stopping::any_time;
  };

  // An action to run, with its data complete; or the reply to a request that is wrong. These are copies: the
  // agent may be replaced while its action runs.
  struct Ready {
    ddl::Action described;
    Action run;
    protocol::json::object data;
  };

  [[nodiscard]] tl::expected<Ready, ActionReply> prepare(const protocol::Request& request) const;

  std::map<std::string, Agent> agents_;
};

}  // namespace muster::node
