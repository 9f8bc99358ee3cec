// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/topics.hpp"

#include <gtest/gtest.h>

namespace muster::protocol {

TEST(Topics, AreNamedAsTheDesignSays)
{
  const Topics topics;
  EXPECT_EQ(topics.request_to_collective("main"), "muster/1/request/main");
  EXPECT_EQ(topics.request_to_node("web1.example.org"), "muster/1/node/web1.example.org");
  EXPECT_EQ(topics.reply("alice@ops1", "s1", "web1"), "muster/1/reply/alice@ops1/s1/web1");
  EXPECT_EQ(topics.replies_to("alice@ops1", "s1"), "muster/1/reply/alice@ops1/s1/+");
  EXPECT_EQ(topics.result("web1"), "muster/1/result/web1");
  EXPECT_EQ(topics.presence("web1"), "muster/1/presence/web1");
  EXPECT_EQ(topics.every_presence(), "muster/1/presence/+");
}

TEST(Topics, WriteDotsAsUnderscoresForRabbitMq)
{
  const Topics topics{true};
  EXPECT_EQ(topics.request_to_node("web1.example.org"), "muster/1/node/web1_example_org");
  EXPECT_EQ(topics.reply("alice@ops.1", "s1", "a.b"), "muster/1/reply/alice@ops_1/s1/a_b");
  EXPECT_EQ(topics.request_to_collective("eu.west"), "muster/1/request/eu_west");
  EXPECT_TRUE(topics.same_name("web1_example_org", "web1.example.org"));
  EXPECT_FALSE(topics.same_name("web1.example.org", "web1.example.org"));
  EXPECT_FALSE(Topics{}.same_name("web1_example_org", "web1.example.org"));
}

TEST(Topics, TellWhatAMessageIsAboutAndWhoPublishedIt)
{
  const Topics topics;
  const auto expect = [&topics](const std::string& topic, Topics::Kind kind, const std::string& name) {
    const auto parsed = topics.parse(topic);
    ASSERT_TRUE(parsed) << topic;
    EXPECT_EQ(parsed->kind, kind) << topic;
    EXPECT_EQ(parsed->name, name) << topic;
  };
  expect("muster/1/request/main", Topics::Kind::request, "main");
  expect("muster/1/node/web1.example.org", Topics::Kind::request, "web1.example.org");
  expect("muster/1/reply/alice@ops1/s1/web1", Topics::Kind::reply, "web1");
  expect("muster/1/result/web1", Topics::Kind::result, "web1");
  expect("muster/1/presence/collector@mon1", Topics::Kind::presence, "collector@mon1");
}

TEST(Topics, GiveBackTheNameOfANodeHoweverItIsWritten)
{
  EXPECT_EQ(Topics{}.node_name_of("web1.example.com"), "web1.example.com");
  EXPECT_EQ(Topics{true}.node_name_of("web1_example_com"), "web1.example.com");
}

TEST(Topics, AreNotOursWithAnotherRootWordOrNumberOfLevels)
{
  for (const auto* topic :
       {"",
        "muster",
        "muster/1",
        "muster/1/",
        "muster/1/presence",
        "muster/1/presence/",
        "muster/1/presence/a/b",
        "muster/1/result/a/b",
        "muster/1/request/a/b",
        "muster/1/node//",
        "muster/1/reply/alice@ops1/s1",
        "muster/1/reply/alice@ops1/s1/",
        "muster/1/reply/alice@ops1/s1/web1/x",
        "muster/1/other/web1",
        "muster/2/presence/web1",
        "/muster/1/presence/web1",
        "xmuster/1/presence/web1"}) {
    EXPECT_FALSE(Topics{}.parse(topic)) << topic;
  }
}

}  // namespace muster::protocol
