// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/component/mqtt/mosquitto.hpp"
#include "tests/component/mqtt/probe.hpp"
#include "tests/component/mqtt/raw_client.hpp"

namespace muster::test {

using mqtt::Message;
using mqtt::Qos;
using namespace std::chrono_literals;

namespace {

Message message_of(const std::string& topic, const std::string& payload, Qos qos)
{
  Message message;
  message.topic = topic;
  message.payload = payload;
  message.qos = qos;
  return message;
}

mqtt::Will will_of(const std::string& topic, std::chrono::seconds delay)
{
  Message message = message_of(topic, "gone", Qos::at_least_once);
  message.expiry = 60s;
  return {message, delay};
}

}  // namespace

TEST(PahoClient, CarriesMessagesOfBothQualities)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "both")};
  probe.subscriptions = {{"a/+"}};
  ASSERT_TRUE(probe.connect());
  EXPECT_EQ(probe.connected, std::vector{broker.uri()});
  const std::string bytes("with \0 and \xff", 12);
  probe.client->publish(message_of("a/0", bytes, Qos::at_most_once));
  probe.client->publish(message_of("a/1", "", Qos::at_least_once));
  ASSERT_TRUE(probe.receives(2));
  EXPECT_EQ(probe.messages[0].topic, "a/0");
  EXPECT_EQ(probe.messages[0].payload, bytes);
  EXPECT_EQ(probe.messages[0].qos, Qos::at_most_once);
  EXPECT_EQ(probe.messages[1].topic, "a/1");
  EXPECT_EQ(probe.messages[1].payload, "");
  EXPECT_EQ(probe.messages[1].qos, Qos::at_least_once);
  EXPECT_FALSE(probe.messages[1].retained);
  EXPECT_FALSE(probe.messages[1].expiry);
}

TEST(PahoClient, TellsRetainedMessagesAndWhatIsLeftOfTheirExpiry)
{
  Mosquitto broker;
  Probe writer{Probe::options(broker.uri(), "writer")};
  ASSERT_TRUE(writer.connect());
  Message kept = message_of("kept", "x", Qos::at_least_once);
  kept.retained = true;
  kept.expiry = 1000s;
  writer.client->publish(kept);
  ASSERT_TRUE(writer.settle());
  writer.run_for(1100ms);  // mosquitto counts whole seconds

  Probe reader{Probe::options(broker.uri(), "reader")};
  reader.subscriptions = {{"kept"}};
  ASSERT_TRUE(reader.connect());
  ASSERT_TRUE(reader.receives(1));
  EXPECT_TRUE(reader.messages[0].retained);
  ASSERT_TRUE(reader.messages[0].expiry);
  EXPECT_LT(*reader.messages[0].expiry, 1000s);
  EXPECT_GT(*reader.messages[0].expiry, 900s);
}

TEST(PahoClient, LosesNoneOfABurstOfTwentyThousand)
{
  Mosquitto broker{"allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"};
  Probe probe{Probe::options(broker.uri(), "burst")};
  probe.subscriptions = {{"burst"}};
  ASSERT_TRUE(probe.connect());
  constexpr std::size_t count = 20'000;
  for (std::size_t number = 0; number < count; ++number) {
    probe.publish("burst", std::to_string(number));
  }
  ASSERT_TRUE(probe.receives(count));
  EXPECT_EQ(probe.client->dropped(), 0U);
  for (std::size_t number = 0; number < count; ++number) {
    ASSERT_EQ(probe.messages[number].payload, std::to_string(number));
  }
}

TEST(PahoClient, CarriesTheLargestMessageOfTheProtocol)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "large")};
  probe.subscriptions = {{"large"}};
  ASSERT_TRUE(probe.connect());
  const std::string payload(120 * 1024, 'x');
  for (int number = 0; number < 20; ++number) {
    probe.publish("large", payload);
  }
  ASSERT_TRUE(probe.receives(20));
  EXPECT_EQ(probe.messages.back().payload, payload);
}

TEST(PahoClient, LeavesAWillWhenItsConnectionDies)
{
  Mosquitto broker;
  RawClient watcher{broker.port(), "watcher"};
  watcher.subscribe("will/#");
  auto options = Probe::options(broker.uri(), "dying");
  options.will = will_of("will/of-the-dying", 0s);
  Probe dying{options};
  ASSERT_TRUE(dying.connect());
  cut_connections_to(broker.port(), watcher.descriptor());
  const auto will = watcher.receive();
  EXPECT_EQ(will.topic, "will/of-the-dying");
  EXPECT_EQ(will.payload, "gone");
}

TEST(PahoClient, LeavesNoWillWhenItIsBackBeforeTheDelayHasPassed)
{
  Mosquitto broker;
  RawClient watcher{broker.port(), "watcher"};
  watcher.subscribe("will/#");
  watcher.subscribe("after");
  auto options = Probe::options(broker.uri(), "stumbling");
  options.will = will_of("will/of-the-stumbling", 3s);
  options.session_expiry = 60s;
  Probe stumbling{options};
  ASSERT_TRUE(stumbling.connect());
  cut_connections_to(broker.port(), watcher.descriptor());
  ASSERT_TRUE(stumbling.run_until([&] { return stumbling.connected.size() == 2; }));
  stumbling.run_for(4s);
  stumbling.publish("after", "");
  EXPECT_EQ(watcher.receive().topic, "after");
}

TEST(PahoClient, LeavesItsWillAfterTheDelay)
{
  Mosquitto broker;
  RawClient watcher{broker.port(), "watcher"};
  watcher.subscribe("will/#");
  watcher.subscribe("before");
  auto options = Probe::options(broker.uri(), "dying");
  options.will = will_of("will/of-the-dying", 2s);
  options.session_expiry = 60s;
  Probe dying{options};
  ASSERT_TRUE(dying.connect());
  cut_connections_to(broker.port(), watcher.descriptor());
  watcher.publish("before", "");
  EXPECT_EQ(watcher.receive().topic, "before");
  EXPECT_EQ(watcher.receive().topic, "will/of-the-dying");
}

TEST(PahoClient, LeavesNoWillWhenItCloses)
{
  Mosquitto broker;
  RawClient watcher{broker.port(), "watcher"};
  watcher.subscribe("will/#");
  watcher.subscribe("last/#");
  constexpr int count = 50;
  auto options = Probe::options(broker.uri(), "closing");
  options.will = will_of("will/of-the-closing", 0s);
  Probe closing{options};
  ASSERT_TRUE(closing.connect());
  // What is still on its way must neither hold up the goodbye nor be lost by it.
  for (int number = 0; number < count; ++number) {
    closing.publish("last/words", std::to_string(number));
  }
  closing.client->close(30s);
  watcher.publish("last/of-all", "");
  for (int number = 0; number < count; ++number) {
    EXPECT_EQ(watcher.receive().payload, std::to_string(number));
  }
  EXPECT_EQ(watcher.receive().topic, "last/of-all");
}

TEST(PahoClient, TellsNothingAfterItHasClosed)
{
  Mosquitto broker;
  Probe probe{Probe::options(broker.uri(), "closed")};
  probe.subscriptions = {{"own"}};
  ASSERT_TRUE(probe.connect());
  ASSERT_TRUE(probe.settle());
  for (int number = 0; number < 100; ++number) {
    probe.publish("own", "x");
  }
  probe.client->close(1s);
  const auto before = probe.messages.size();
  probe.client->close(1s);
  probe.run_for(100ms);
  EXPECT_EQ(probe.messages.size(), before);
  EXPECT_TRUE(probe.disconnected.empty());
}

TEST(PahoClient, TakesAWillThatIsSetLaterToItsNextConnection)
{
  Mosquitto broker;
  RawClient watcher{broker.port(), "watcher"};
  watcher.subscribe("will/#");
  auto options = Probe::options(broker.uri(), "changing");
  options.will = will_of("will/old", 0s);
  Probe changing{options};
  ASSERT_TRUE(changing.connect());
  changing.client->set_will(will_of("will/new", 0s));
  changing.client->reconnect_after(0ms);
  ASSERT_TRUE(changing.run_until([&] { return changing.connected.size() == 2; }));
  EXPECT_TRUE(changing.disconnected.empty());
  cut_connections_to(broker.port(), watcher.descriptor());
  EXPECT_EQ(watcher.receive().topic, "will/new");
}

}  // namespace muster::test
