// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "checkagent/rpcutil_agent.hpp"
#include "libmuster/node/node.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/fake_mqtt.hpp"

namespace muster::test {

inline protocol::Time wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// Runs the loop until the condition holds; false: it has not within a patience that no test waits out.
inline bool run_until(boost::asio::io_context& loop, const std::function<bool()>& condition)
{
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds{100});
  }
  return condition();
}

// Runs whatever is ready, and what that makes ready.
inline void settle(boost::asio::io_context& loop)
{
  loop.restart();
  loop.poll();
}

// An agent "test" for nodes under test: `echo` answers with its data at once, `slow` when the test opens the
// gate, `broken` throws, `busy` refuses, `change` changes the node.
class TestAgent {
public:
  explicit TestAgent(boost::asio::io_context& loop)
      : gate_{loop, std::chrono::steady_clock::time_point::max()}
  {}

  void add_to(node::Agents& agents);

  void open_the_gate() { gate_.cancel(); }

  int runs = 0;

private:
  boost::asio::steady_timer gate_;
};

// Agent rpcutil of a node of which it knows nothing.
void add_plain_rpcutil(node::Agents& agents);

// A node and its operator, with a broker that the test plays.
struct NodeOnFake {
  explicit NodeOnFake(node::Node::Options options = named("web1"));

  static node::Node::Options named(const std::string& name);

  // A request of the operator's to the collective, with an id and an action of the test agent.
  [[nodiscard]] protocol::Request request(const std::string& id, const std::string& action) const;

  void receive(const protocol::Request& request);

  // All answers so far; every one must be readable.
  [[nodiscard]] std::vector<protocol::Answer> answers() const;
  [[nodiscard]] std::vector<protocol::Presence> presences() const;

  boost::asio::io_context loop{1};
  Operator alice;
  FakeMqttClient client;
  TestAgent agent{loop};
  node::Agents agents;
  node::Node node;
};

}  // namespace muster::test
