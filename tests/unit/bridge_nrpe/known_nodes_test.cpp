// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/known_nodes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using protocol::NodeState;

const KnownNodes::Clock::time_point start{std::chrono::hours{1000}};

struct KnownNodesTest : testing::Test {
  void tell(const std::string& name, NodeState state = NodeState::up, std::chrono::seconds age = 0s)
  {
    protocol::Presence presence;
    presence.name = name;
    presence.state = state;
    nodes.take(presence, age, start);
  }

  std::string find(const std::string& name, std::chrono::seconds later = 0s)
  {
    const auto found = nodes.find(name, start + later);
    return found ? *found : found.error().message;
  }

  KnownNodes nodes;
};

TEST_F(KnownNodesTest, TakeAnyNameForANodesBeforeTheBrokerHasTold)
{
  EXPECT_EQ(find("web9"), "web9");
  tell("web1");
  EXPECT_EQ(find("web9"), "web9");
  nodes.roll_call();
  EXPECT_EQ(find("web9"), "no node of the fleet is called \"web9\"");
  nodes.begin_anew();
  EXPECT_EQ(find("web9"), "web9");
}

TEST_F(KnownNodesTest, AskAllTheSameWhereABrokerKeepsNoPresences)
{
  nodes.roll_call();
  EXPECT_EQ(find("web9"), "web9");
}

TEST_F(KnownNodesTest, FindANodeByItsNameWithoutItsDomain)
{
  tell("web1.example.net");
  tell("web10.example.net");
  EXPECT_EQ(find("web1"), "web1.example.net");
  EXPECT_EQ(find("web1.example"), "web1.example.net");
  tell("web1");
  EXPECT_EQ(find("web1"), "web1");
}

TEST_F(KnownNodesTest, DoNotGuessBetweenTwoDomains)
{
  tell("web1.a.example");
  tell("web1.b.example");
  EXPECT_EQ(find("web1"), "\"web1\" may be web1.a.example or web1.b.example: ask for the whole name");
}

TEST_F(KnownNodesTest, SayWhyANodeIsNotThereAndSinceWhen)
{
  tell("gone", NodeState::gone, 30s);
  tell("stopped", NodeState::stopped, 600s);
  tell("silent", NodeState::up, 5h);
  EXPECT_EQ(find("gone", 10s), "gone is gone: its connection fell 40 s ago");
  EXPECT_EQ(find("stopped"), "stopped: its checkagent was stopped 10 min ago");
  EXPECT_EQ(find("silent"), "silent is gone: nothing was heard of it for 5 h");
  tell("gone");
  EXPECT_EQ(find("gone"), "gone");
}

TEST_F(KnownNodesTest, ForgetWhomSomebodyForgets)
{
  tell("web1");
  tell("web2");
  nodes.roll_call();
  nodes.forget("web1");
  EXPECT_EQ(nodes.size(), 1U);
  EXPECT_EQ(find("web1"), "no node of the fleet is called \"web1\"");
}

}  // namespace
}  // namespace muster::bridge
