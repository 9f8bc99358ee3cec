// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

using namespace std::chrono_literals;
using protocol::Outcome;
using protocol::Refusal;

// Started and connected.
class NodeAndSplay : public testing::Test, public NodeOnFake {
protected:
  NodeAndSplay()
  {
    node.start();
    client.connect();
  }
};

TEST_F(NodeAndSplay, WaitsForItsPlaceInTheSplay)
{
  auto asked = request("a1", "echo");
  asked.splay = 24h;
  receive(asked);
  EXPECT_EQ(agent.runs, 0);
  receive(asked);
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::running);
}

TEST_F(NodeAndSplay, SaysWhyItHasNoRoomForMoreThatWaitInTheirSplay)
{
  auto asked = request("a1", "echo");
  asked.splay = 24h;
  asked.data["text"] = std::string(100'000, 'x');
  for (int i = 0; i < 100 && answers().empty(); ++i) {
    asked.id = "a" + std::to_string(i);
    receive(asked);
  }
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].reason, Refusal::busy);
  EXPECT_NE(answers()[0].message.find("wait in their splay here"), std::string::npos) << answers()[0].message;
  EXPECT_EQ(agent.runs, 0);
  receive(request("b1", "echo"));
  EXPECT_EQ(answers().size(), 2U) << "what need not wait is answered";
}

TEST_F(NodeAndSplay, HasRoomAgainForAsManyAsHaveLeftTheirSplay)
{
  constexpr std::size_t many = node::SplayRoom::most_requests_of_one_caller + 10;
  for (std::size_t i = 0; i < many; ++i) {
    auto asked = request("a" + std::to_string(i), "echo");
    asked.splay = 1ms;
    asked.data["number"] = i;
    receive(asked);
    ASSERT_TRUE(run_until(loop, [&] { return answers().size() > i; }));
    EXPECT_EQ(answers().back().outcome, Outcome::done);
    EXPECT_EQ(answers().back().data.at("number").to_number<std::size_t>(), i);
  }
}

}  // namespace
}  // namespace muster::test
