// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/announcement.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace muster::node {
namespace {

using protocol::NodeState;
using protocol::Presence;

Announcement announcement()
{
  return Announcement{"web1", "abc123", {"main", "dmz"}, {"nrpe", "rpcutil"}};
}

// What a reader makes of it; fails when it makes nothing of it.
Presence as_read(const Announcement& announcement)
{
  const auto read = protocol::parse_presence(protocol::encode(announcement.presence(NodeState::up)));
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(Presence{});
}

FactValue text(std::string value)
{
  return FactValue{std::move(value)};
}

TEST(Announcement, SaysWhoItIs)
{
  const auto read = as_read(announcement());
  EXPECT_EQ(read.name, "web1");
  EXPECT_EQ(read.instance, "abc123");
  EXPECT_EQ(read.collectives, (std::vector<std::string>{"main", "dmz"}));
  EXPECT_EQ(read.agents, (std::vector<std::string>{"nrpe", "rpcutil"}));
  EXPECT_EQ(read.version, MUSTER_VERSION);
  EXPECT_FALSE(read.all_classes) << "nobody has gathered them yet";
}

TEST(Announcement, CarriesTheStateAskedFor)
{
  const auto node = announcement();
  for (const auto state : {NodeState::up, NodeState::stopped, NodeState::gone}) {
    EXPECT_EQ(node.presence(state).state, state);
  }
}

TEST(Announcement, TellsOnlyTheFactsThatItIsToldToTell)
{
  Facts facts;
  facts.set("kernel", text("Linux"));
  facts.set("secret", text("hidden"));
  facts.set("os", FactValue{FactValue::Map{{"family", text("Debian")}, {"name", text("Debian")}}});
  auto node = announcement();
  node.set_facts(facts, {"kernel", "os.family", "absent"}, {});
  const auto read = as_read(node);
  EXPECT_EQ(read.facts.size(), 2U);
  ASSERT_NE(read.facts.find("kernel"), nullptr);
  EXPECT_EQ(scalar_text(*read.facts.find("kernel")), "Linux");
  ASSERT_NE(read.facts.find("os.family"), nullptr);
  EXPECT_TRUE(read.all_classes);
}

TEST(Announcement, LeavesOutAFactThatDoesNotFitAndTakesTheNext)
{
  Facts facts;
  facts.set("long", text(std::string(Announcement::most_announced_bytes, 'x')));
  facts.set("short", text("y"));
  auto node = announcement();
  node.set_facts(facts, {"long", "short"}, {});
  EXPECT_EQ(as_read(node).facts.find("long"), nullptr);
  EXPECT_NE(as_read(node).facts.find("short"), nullptr);
}

TEST(Announcement, NeverTellsMoreThanItsBytes)
{
  Facts facts;
  std::vector<std::string> paths;
  std::vector<std::string> classes;
  for (int i = 0; i < 100; ++i) {
    paths.push_back("fact" + std::to_string(i));
    facts.set(paths.back(), text("\"\n\x01"));
    classes.push_back("class\"\n" + std::to_string(i));
  }
  auto node = announcement();
  node.set_facts(facts, {paths.begin(), paths.begin() + 10}, classes);
  const auto presence = node.presence(NodeState::up);
  const protocol::json::array told(presence.classes.begin(), presence.classes.end());
  EXPECT_FALSE(told.empty());
  EXPECT_LT(told.size(), classes.size());
  EXPECT_FALSE(as_read(node).all_classes);
  EXPECT_LE(
      protocol::json::serialize(protocol::to_json(presence.facts)).size() +
          protocol::json::serialize(told).size(),
      Announcement::most_announced_bytes + 2);
}

// One fact or class that readers do not take would make them reject the whole presence, and the node with it.
TEST(Announcement, LeavesOutWhatReadersWouldReject)
{
  Facts facts;
  FactValue deep = text("bottom");
  for (int i = 0; i < 20; ++i) {
    deep = FactValue{FactValue::Array{deep}};
  }
  facts.set("deep", deep);
  facts.set(std::string(300, 'n'), text("a long name"));
  facts.set("broken", text("\xff"));
  facts.set("kernel", text("Linux"));
  auto node = announcement();
  node.set_facts(
      facts,
      {"deep", std::string(300, 'n'), "broken", "kernel"},
      {std::string(300, 'c'), "bad\xff", "apache"});
  const auto read = as_read(node);
  EXPECT_EQ(read.name, "web1");
  EXPECT_EQ(read.facts.size(), 1U);
  EXPECT_EQ(read.classes, std::vector<std::string>{"apache"});
  EXPECT_FALSE(read.all_classes);
}

TEST(Announcement, ReplacesFactsAndClasses)
{
  Facts facts;
  facts.set("kernel", text("Linux"));
  auto node = announcement();
  node.set_facts(facts, {"kernel"}, {"apache"});
  node.set_facts({}, {"kernel"}, {"mysql", "backup"});
  EXPECT_TRUE(as_read(node).facts.empty());
  EXPECT_EQ(as_read(node).classes, (std::vector<std::string>{"mysql", "backup"}));
}

TEST(Announcement, TellsOnlyNewsOfHealth)
{
  auto node = announcement();
  EXPECT_FALSE(node.set_health("facts", {}));
  EXPECT_TRUE(node.set_health("facts", {"facts.d/a.yaml:1:1: expected a map"}));
  EXPECT_FALSE(node.set_health("facts", {"facts.d/a.yaml:1:1: expected a map"}));
  EXPECT_TRUE(node.set_health("nrpe.cfg", {"broken"}));
  EXPECT_EQ(as_read(node).health.size(), 2U);
  EXPECT_TRUE(node.set_health("facts", {}));
  EXPECT_EQ(as_read(node).health, std::vector<std::string>{"broken"});
}

TEST(Announcement, BoundsHealthWhateverIsBroken)
{
  auto node = announcement();
  std::vector<std::string> sentences(100, "\xff\x01" + std::string(5000, 'x'));
  EXPECT_TRUE(node.set_health("facts", sentences));
  const auto read = as_read(node);
  EXPECT_EQ(read.health.size(), Announcement::most_health_sentences);
  EXPECT_LE(read.health.front().size(), Announcement::longest_health_sentence);
  EXPECT_NE(read.health.front().find("…"), std::string::npos);
}

TEST(Announcement, NamesTheBrokerThatItIsConnectedToButNotInItsWill)
{
  auto node = announcement();
  EXPECT_EQ(as_read(node).broker, "");
  node.set_broker("mqtts://mq1.example.org:8883");
  EXPECT_EQ(as_read(node).broker, "mq1.example.org:8883");
  EXPECT_EQ(node.presence(NodeState::gone).broker, "") << "another one may take the next connection";
}

TEST(Announcement, TellsTheLastPosition)
{
  auto node = announcement();
  node.set_position(1700000000, 42);
  EXPECT_EQ(as_read(node).epoch, 1700000000);
  EXPECT_EQ(as_read(node).seq, 42);
}

}  // namespace
}  // namespace muster::node
