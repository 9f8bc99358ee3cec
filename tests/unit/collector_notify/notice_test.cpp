// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/notice.hpp"

#include <gtest/gtest.h>

#include "tests/unit/collector_notify/made_events.hpp"

namespace muster::collector {
namespace {

Receiver everything()
{
  Receiver receiver;
  receiver.events = usual_events();
  return receiver;
}

bool wants_it(const Receiver& receiver, const StoredEvent& event)
{
  return wants(receiver, event, [](const std::string& node) { return node.starts_with("web"); });
}

TEST(Receivers, WantWhatPeopleAreToBeTold)
{
  EXPECT_TRUE(wants_it(everything(), made::state("web1", "check_disk")));
  EXPECT_TRUE(wants_it(everything(), made::node("node_gone", "web1")));
}

TEST(Receivers, WantNothingSoftSilentOrLearnedLate)
{
  auto soft = made::state("web1", "check_disk");
  soft.hard = false;
  EXPECT_FALSE(wants_it(everything(), soft));
  auto silent = made::state("web1", "check_disk");
  silent.silence = "downtime";
  EXPECT_FALSE(wants_it(everything(), silent));
  auto late = made::state("web1", "check_disk");
  late.replayed = true;
  EXPECT_FALSE(wants_it(everything(), late));
}

TEST(Receivers, WantNoneOfTheCollectorsOwnNotes)
{
  for (const auto* kind : {"gap", "schedule", "notify", "check_new", "node_new", "node_forgotten"}) {
    auto receiver = everything();
    receiver.events.insert({EventKind::node_new, EventKind::node_forgotten});
    EXPECT_FALSE(wants_it(receiver, made::node(kind, "web1"))) << kind;
  }
}

TEST(Receivers, WantOnlyTheirStatesAndTheirEnds)
{
  auto receiver = everything();
  receiver.states = {true, false, true, false};  // OK and CRITICAL
  using enum CheckState;
  EXPECT_TRUE(wants_it(receiver, made::state("web1", "a", critical, ok)));
  EXPECT_FALSE(wants_it(receiver, made::state("web1", "a", warning, ok)));
  EXPECT_TRUE(wants_it(receiver, made::state("web1", "a", ok, critical)));
  EXPECT_TRUE(wants_it(receiver, made::state("web1", "a", warning, critical)))
      << "it is not CRITICAL any more";
  EXPECT_FALSE(wants_it(receiver, made::state("web1", "a", ok, warning))) << "nobody was told of it";
  EXPECT_TRUE(wants_it(receiver, made::node("node_gone", "web1"))) << "as bad as CRITICAL";
  EXPECT_TRUE(wants_it(receiver, made::node("node_back", "web1")));
}

TEST(Receivers, WantNoRecoveriesIfTheyAreNotListed)
{
  auto receiver = everything();
  receiver.states = {false, true, true, true};
  EXPECT_FALSE(wants_it(receiver, made::state("web1", "a", CheckState::ok, CheckState::critical)));
  EXPECT_FALSE(wants_it(receiver, made::node("node_back", "web1")));
}

TEST(Receivers, WantOnlyTheirChecksAndTheirNodes)
{
  auto receiver = everything();
  receiver.checks = {"check_disk"};
  EXPECT_TRUE(wants_it(receiver, made::state("web1", "check_disk")));
  EXPECT_FALSE(wants_it(receiver, made::state("web1", "check_load")));
  EXPECT_FALSE(wants_it(receiver, made::node("node_gone", "web1")));
  EXPECT_FALSE(wants_it(everything(), made::state("db1", "check_disk")));
}

TEST(Receivers, WantALossOfManyIfOneIsTheirs)
{
  for (const auto* kind : {"nodes_lost", "nodes_stopped", "nodes_vanished", "nodes_back"}) {
    auto many = made::node(kind, "");
    many.nodes = {"db1", "db2", "web9"};
    EXPECT_TRUE(wants_it(everything(), many)) << kind;
    many.nodes.pop_back();
    EXPECT_FALSE(wants_it(everything(), many)) << kind;
  }
}

TEST(Receivers, TakeNodesThatAreNotThereForCritical)
{
  for (const auto* kind : {"nodes_lost", "nodes_stopped", "nodes_vanished"}) {
    EXPECT_EQ(state_of(made::node(kind, "")), CheckState::critical) << kind;
  }
  EXPECT_EQ(state_of(made::node("nodes_back", "")), CheckState::ok);
}

TEST(Notices, ComeBackFromTheStoreAsTheyWere)
{
  auto event = made::state("web1", "check_disk", CheckState::warning, CheckState::ok);
  event.message = "na\xc3\xafve \"quoted\"\n\x01";
  event.nodes = {"a", "b"};
  const auto read = parse_event(encode(event));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->time, event.time);
  EXPECT_EQ(read->kind, event.kind);
  EXPECT_EQ(read->node, event.node);
  EXPECT_EQ(read->service, event.service);
  EXPECT_EQ(read->before, event.before);
  EXPECT_EQ(read->after, event.after);
  EXPECT_EQ(read->message, event.message);
  EXPECT_EQ(read->nodes, event.nodes);
  EXPECT_TRUE(read->hard);
}

TEST(Notices, ThatAreDamagedAreAnError)
{
  for (const auto* text : {"", "[]", "{}", R"({"time":1,"kind":"state","node":"a","check":"b","after":9})"}) {
    EXPECT_FALSE(parse_event(text)) << text;
  }
}

}  // namespace
}  // namespace muster::collector
