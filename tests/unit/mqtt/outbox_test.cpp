// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/outbox.hpp"

#include <gtest/gtest.h>

namespace muster::mqtt {

namespace {

constexpr Outbox::Limits roomy{1000, 1'000'000};

Message message_of(const std::string& topic, std::size_t payload_size = 0)
{
  Message message;
  message.topic = topic;
  message.payload = std::string(payload_size, 'x');
  return message;
}

std::vector<std::string> topics_of(Outbox outbox)
{
  std::vector<std::string> topics;
  while (!outbox.empty()) {
    topics.push_back(outbox.pop().topic);
  }
  return topics;
}

}  // namespace

TEST(Outbox, GivesTheOldestFirst)
{
  Outbox outbox;
  EXPECT_TRUE(outbox.empty());
  outbox.push(message_of("a"), roomy);
  outbox.push(message_of("b"), roomy);
  EXPECT_FALSE(outbox.empty());
  EXPECT_EQ(outbox.pop().topic, "a");
  EXPECT_EQ(outbox.pop().topic, "b");
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.dropped(), 0U);
}

TEST(Outbox, TakesBackWhatWasTakenFromIt)
{
  Outbox outbox;
  outbox.push(message_of("a"), roomy);
  outbox.push(message_of("b"), roomy);
  outbox.push_front(outbox.pop());
  EXPECT_EQ(topics_of(outbox), (std::vector<std::string>{"a", "b"}));
}

TEST(Outbox, DropsAndCountsTheOldestBeyondItsNumberOfMessages)
{
  Outbox outbox;
  for (const auto* topic : {"a", "b", "c", "d"}) {
    outbox.push(message_of(topic), {2, 1000});
  }
  EXPECT_EQ(topics_of(outbox), (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(outbox.dropped(), 2U);
}

TEST(Outbox, DropsAndCountsTheOldestBeyondItsBytesOfTopicsAndPayloads)
{
  Outbox outbox;
  outbox.push(message_of("a", 99), {10, 200});
  outbox.push(message_of("b", 99), {10, 200});
  EXPECT_EQ(outbox.dropped(), 0U);
  outbox.push(message_of("c", 0), {10, 200});
  EXPECT_EQ(topics_of(outbox), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(outbox.dropped(), 1U);
}

TEST(Outbox, DropsAMessageThatAloneIsTooLarge)
{
  Outbox outbox;
  outbox.push(message_of("a", 10), {10, 5});
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.dropped(), 1U);
  outbox.push(message_of("b", 4), {10, 5});
  EXPECT_EQ(topics_of(outbox), (std::vector<std::string>{"b"}));
}

TEST(Outbox, CountsBytesAgainAfterMessagesWereTakenOut)
{
  Outbox outbox;
  for (int round = 0; round < 100; ++round) {
    outbox.push(message_of("a", 99), {10, 100});
    outbox.pop();
  }
  EXPECT_EQ(outbox.dropped(), 0U);
}

}  // namespace muster::mqtt
