// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/component/mqtt/mosquitto.hpp"
#include "tests/component/mqtt/probe.hpp"
#include "tests/component/mqtt/raw_client.hpp"
#include "tests/component/mqtt/scripted_broker.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

bool is_disconnected(Probe& probe, std::size_t times)
{
  return probe.run_until([&] { return probe.disconnected.size() >= times; });
}

bool is_connected(Probe& probe, std::size_t times)
{
  return probe.run_until([&] { return probe.connected.size() >= times; });
}

std::vector<std::string> numbers_below(int end)
{
  std::vector<std::string> numbers;
  for (int number = 0; number < end; ++number) {
    numbers.push_back(std::to_string(number));
  }
  return numbers;
}

std::vector<std::string> payloads_of(const Probe& probe)
{
  std::vector<std::string> payloads;
  for (const auto& message : probe.messages) {
    payloads.push_back(message.payload);
  }
  return payloads;
}

}  // namespace

TEST(PahoClient, ComesBackToABrokerThatWasRestartedAndSubscribesAgain)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "faithful")};
  probe.subscriptions = {{"a"}};
  ASSERT_TRUE(probe.connect());
  for (std::size_t restarts = 1; restarts <= 3; ++restarts) {
    broker.kill();
    ASSERT_TRUE(is_disconnected(probe, restarts));
    broker.start();
    ASSERT_TRUE(is_connected(probe, restarts + 1));
    probe.publish("a", "after restart");
    ASSERT_TRUE(probe.receives(restarts));
  }
}

TEST(PahoClient, WaitsForABrokerThatIsDownAtTheStart)
{
  Mosquitto broker;
  broker.kill();
  Probe probe{Probe::options(broker.uri(), "patient")};
  probe.start();
  ASSERT_TRUE(is_disconnected(probe, 1));
  EXPECT_EQ(probe.disconnected[0].code, ErrorCode::disconnected);
  EXPECT_NE(probe.disconnected[0].message.find(broker.uri()), std::string::npos)
      << probe.disconnected[0].message;
  EXPECT_TRUE(probe.connected.empty());
  broker.start();
  EXPECT_TRUE(is_connected(probe, 1));
}

TEST(PahoClient, DeliversWhatWasPublishedWhileTheBrokerWasDown)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "waiting")};
  probe.subscriptions = {{"a"}};
  ASSERT_TRUE(probe.connect());
  broker.kill();
  ASSERT_TRUE(is_disconnected(probe, 1));
  mqtt::Message fleeting;
  fleeting.topic = "a";
  fleeting.qos = mqtt::Qos::at_most_once;
  probe.client->publish(fleeting);
  EXPECT_EQ(probe.client->dropped(), 1U);
  for (const auto& number : numbers_below(100)) {
    probe.publish("a", number);
  }
  broker.start();
  ASSERT_TRUE(probe.receives(100));
  EXPECT_EQ(payloads_of(probe), numbers_below(100));
  EXPECT_EQ(probe.client->dropped(), 1U);
}

TEST(PahoClient, GoesToTheSecondBrokerOfItsList)
{
  Mosquitto second;
  auto options = Probe::options("mqtt://127.0.0.1:" + std::to_string(free_port()), "choosy");
  options.brokers.push_back(second.uri());
  Probe probe{options};
  ASSERT_TRUE(probe.connect());
  EXPECT_EQ(probe.connected, std::vector{second.uri()});
  EXPECT_EQ(probe.disconnected.size(), 1U);
}

TEST(PahoClient, GoesToTheSecondBrokerWhenTheFirstTakesConnectionsButSaysNothing)
{
  Mosquitto first;
  Mosquitto second;
  first.freeze();
  auto options = Probe::options(first.uri(), "unheard");
  options.brokers.push_back(second.uri());
  options.connect_timeout = 300ms;
  Probe probe{options};
  ASSERT_TRUE(probe.connect());
  EXPECT_EQ(probe.connected, std::vector{second.uri()});
  ASSERT_EQ(probe.disconnected.size(), 1U);
  EXPECT_EQ(probe.disconnected[0].code, ErrorCode::timed_out);
  first.thaw();
}

TEST(PahoClient, GoesToTheOtherBrokerWhenItsOwnDies)
{
  Mosquitto first;
  Mosquitto second;
  auto options = Probe::options(first.uri(), "failing-over");
  options.brokers.push_back(second.uri());
  Probe probe{options};
  ASSERT_TRUE(probe.connect());
  first.kill();
  ASSERT_TRUE(is_connected(probe, 2));
  EXPECT_EQ(probe.connected, (std::vector{first.uri(), second.uri()}));
}

TEST(PahoClient, NoticesABrokerThatHasFallenSilent)
{
  Mosquitto broker;
  auto options = Probe::options(broker.uri(), "listening");
  options.keep_alive = 1s;
  Probe probe{options};
  ASSERT_TRUE(probe.connect());
  broker.freeze();
  EXPECT_TRUE(is_disconnected(probe, 1));
  broker.thaw();
  EXPECT_TRUE(is_connected(probe, 2));
}

TEST(PahoClient, LeavesTheFieldForAWhileWhenTheBrokerSaysThatAnotherTookItsClientId)
{
  ScriptedBroker broker;
  Probe probe{Probe::options(broker.uri(), "twin")};
  probe.start();
  probe.run_for(10ms);
  broker.let_in();
  ASSERT_TRUE(is_connected(probe, 1));
  const std::string taken_over_no_properties("\x8e\0", 2);
  broker.send(0xe0, taken_over_no_properties);
  ASSERT_TRUE(is_disconnected(probe, 1));
  EXPECT_NE(probe.disconnected[0].message.find("same client id"), std::string::npos)
      << probe.disconnected[0].message;
  probe.run_for(1500ms);  // more than the longest pause after any other loss
  EXPECT_EQ(probe.disconnected.size(), 1U);
}

// mosquitto 2.0.11 closes the connection without a word.
TEST(PahoClient, SuspectsATwinWhenItsSessionsFallAgainAndAgain)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "twin")};
  ASSERT_TRUE(probe.connect());
  for (std::size_t takeovers = 1; takeovers <= 3; ++takeovers) {
    const RawClient twin{broker.port(), "twin"};
    ASSERT_TRUE(is_disconnected(probe, takeovers));
    ASSERT_TRUE(is_connected(probe, takeovers + 1));
  }
  EXPECT_EQ(probe.disconnected[0].message.find("client id"), std::string::npos);
  EXPECT_NE(probe.disconnected[2].message.find("client id twin"), std::string::npos)
      << probe.disconnected[2].message;
}

TEST(PahoClient, KeepsASessionThatOutlivesTheConnection)
{
  Mosquitto broker;
  auto options = Probe::options(broker.uri(), "persistent");
  options.session_expiry = 60s;
  {
    Probe first{options};
    first.subscriptions = {{"for/you"}};
    ASSERT_TRUE(first.connect());
    ASSERT_TRUE(first.settle());
    first.client->close(1s);
  }
  RawClient writer{broker.port(), "writer"};
  writer.subscribe("for/you");
  writer.publish("for/you", "while you were away");
  writer.receive();

  Probe again{options};
  ASSERT_TRUE(again.connect());
  ASSERT_TRUE(again.receives(1));
  EXPECT_EQ(again.messages[0].payload, "while you were away");
}

}  // namespace muster::test
