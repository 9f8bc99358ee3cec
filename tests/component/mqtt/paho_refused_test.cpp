// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/component/mqtt/mosquitto.hpp"
#include "tests/component/mqtt/probe.hpp"
#include "tests/component/mqtt/scripted_broker.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

// A broker that lets everybody read and write under "own/" only.
class RefusedByTheBroker : public testing::Test {
protected:
  static std::string settings(const TemporaryDirectory& folder)
  {
    const auto acl = folder.write("acl", "topic readwrite own/#\ntopic readwrite settle/#\n");
    return "allow_anonymous true\nacl_file " + acl + "\n";
  }

  TemporaryDirectory folder_;
  Mosquitto broker_{settings(folder_)};
};

void expect_denied(const Probe& probe, const std::string& topic)
{
  ASSERT_EQ(probe.refused.size(), 1U);
  EXPECT_EQ(probe.refused[0].first, topic);
  EXPECT_EQ(probe.refused[0].second.code, ErrorCode::denied);
  EXPECT_NE(probe.refused[0].second.message.find(topic), std::string::npos);
  EXPECT_NE(probe.refused[0].second.message.find("not authorized"), std::string::npos)
      << probe.refused[0].second.message;
}

}  // namespace

// mosquitto itself lets everybody subscribe to anything, and then delivers nothing.
TEST(PahoClient, TellsASubscriptionThatIsNotAllowed)
{
  ScriptedBroker broker;
  Probe probe{Probe::options(broker.uri(), "curious")};
  probe.subscriptions = {{"foreign/a"}};
  probe.start();
  probe.run_for(10ms);
  broker.let_in();
  ASSERT_TRUE(probe.run_until([&] { return !probe.connected.empty(); }));
  const auto subscribe = broker.read_packet();
  const std::string no_properties(1, '\0');
  const std::string not_authorized = "\x87";
  broker.send(0x90, subscribe.substr(1, 2) + no_properties + not_authorized);
  ASSERT_TRUE(probe.run_until([&] { return !probe.refused.empty(); }));
  expect_denied(probe, "foreign/a");
  EXPECT_TRUE(probe.disconnected.empty());
}

TEST_F(RefusedByTheBroker, TellsAPublishThatIsNotAllowed)
{
  Probe probe{Probe::options(broker_.uri(), "pushy")};
  ASSERT_TRUE(probe.connect());
  probe.publish("foreign/a", "x");
  ASSERT_TRUE(probe.run_until([&] { return !probe.refused.empty(); }));
  ASSERT_TRUE(probe.settle());
  expect_denied(probe, "foreign/a");
  EXPECT_TRUE(probe.disconnected.empty());
}

TEST_F(RefusedByTheBroker, TellsARetainedPublishThatIsNotAllowed)
{
  Probe probe{Probe::options(broker_.uri(), "pushy")};
  ASSERT_TRUE(probe.connect());
  mqtt::Message message;
  message.topic = "foreign/kept";
  message.payload = "x";
  message.retained = true;
  message.expiry = 60s;
  probe.client->publish(message);
  ASSERT_TRUE(probe.run_until([&] { return !probe.refused.empty(); }));
  ASSERT_TRUE(probe.settle());
  expect_denied(probe, "foreign/kept");
}

TEST_F(RefusedByTheBroker, GoesOnPublishingAfterARefusal)
{
  Probe probe{Probe::options(broker_.uri(), "pushy")};
  probe.subscriptions = {{"own/#"}};
  ASSERT_TRUE(probe.connect());
  for (int number = 0; number < 10; ++number) {
    probe.publish("foreign/a", "x");
    probe.publish("own/a", std::to_string(number));
  }
  ASSERT_TRUE(probe.receives(10));
  ASSERT_TRUE(probe.run_until([&] { return probe.refused.size() == 10; }));
}

TEST_F(RefusedByTheBroker, TellsAWrongUserName)
{
  Mosquitto strict{"allow_anonymous false\n"};
  Probe probe{Probe::options(strict.uri(), "nobody")};
  probe.start();
  ASSERT_TRUE(probe.run_until([&] { return !probe.disconnected.empty(); }));
  EXPECT_EQ(probe.disconnected[0].code, ErrorCode::denied);
  EXPECT_NE(probe.disconnected[0].message.find("not authorized"), std::string::npos)
      << probe.disconnected[0].message;
}

}  // namespace muster::test
