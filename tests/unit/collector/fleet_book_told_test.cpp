// SPDX-License-Identifier: Apache-2.0
//
// What two collectors that see the same results tell one another of what operators say.
#include <gtest/gtest.h>

#include "collector/fleet_book.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using fleet::ResultStream;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};
const CareKey of_load{acknowledgement_kind, "web1 load"};

void take_result(FleetBook& book, CheckState state, Time at, std::int64_t seq = 1)
{
  ResultStream::Taken taken;
  taken.message.node = "web1";
  taken.message.epoch = 1;
  taken.message.seq = seq;
  taken.message.now = at;
  taken.message.result = {"load", state, "LOAD", "", "", at - 40ms, at, "collector@mon1"};
  book.take(std::move(taken), at);
}

Acknowledgement acknowledgement(const std::string& comment, Time set = noon)
{
  Acknowledgement made;
  made.node = "web1";
  made.check = "load";
  made.caller = "alice";
  made.comment = comment;
  made.set = set;
  return made;
}

Downtime downtime(const std::string& id)
{
  Downtime made;
  made.id = id;
  made.caller = "alice";
  made.start = noon;
  made.end = noon + 1h;
  made.nodes = {"web1"};
  return made;
}

struct Pair : testing::Test {
  Pair()
  {
    for (auto* book : {&first, &second}) {
      book->connected(noon);
      take_result(*book, CheckState::critical, noon);
    }
    first.know_peer("mon2", noon);
  }

  void acknowledge(const std::string& comment, Time set = noon)
  {
    ASSERT_TRUE(first.acknowledge({acknowledgement(comment, set)}));
    first.note_untold({"mon2"}, of_load, {"alice", set});
  }

  // Tells what is to be told; what comes of each, "" for what was taken.
  std::vector<std::string> tell(Time now = noon)
  {
    std::vector<std::string> results;
    for (const auto& one : first.to_tell("mon2", {})) {
      const auto over_the_wire = told_care_from_json(to_json(one));
      const auto taken =
          over_the_wire ? second.take_told(*over_the_wire, now) : tl::make_unexpected(over_the_wire.error());
      results.push_back(taken ? "" : taken.error().message);
      if (taken) {
        first.told("mon2", {one});
      }
    }
    return results;
  }

  [[nodiscard]] std::string comment_at_the_second() const
  {
    const auto* found = second.state().acknowledgements().of("web1", "load");
    return found == nullptr ? "none" : found->caller + ": " + found->comment;
  }

  FleetBook first;
  FleetBook second;
};

const std::vector<std::string> one_taken{""};
const std::vector<std::string> nothing{};

}  // namespace

TEST_F(Pair, BothKnowWhoHasAcknowledgedWhatAndWhoHasTakenItBack)
{
  acknowledge("on it");
  EXPECT_EQ(tell(), one_taken);
  EXPECT_EQ(comment_at_the_second(), "alice: on it");
  EXPECT_EQ(tell(), nothing) << "it is told once";
  ASSERT_TRUE(first.unacknowledge({{"web1", "load"}}, "bob", noon + 1min));
  first.note_untold({"mon2"}, of_load, {"bob", noon + 1min, true});
  second.take_news();
  EXPECT_EQ(tell(noon + 1min), one_taken);
  EXPECT_EQ(comment_at_the_second(), "none");
  const auto events = second.take_news().events;
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().message, "removed by bob");
}

TEST_F(Pair, HaveDowntimesOfTheSameName)
{
  ASSERT_TRUE(first.add_downtime(downtime("upgrade"), noon));
  first.note_untold({"mon2"}, {downtime_kind, "upgrade"}, {"alice", noon});
  EXPECT_EQ(tell(), one_taken);
  ASSERT_TRUE(second.state().downtimes().all().contains("upgrade"));
  EXPECT_EQ(second.state().downtimes().all().at("upgrade").caller, "alice");
  EXPECT_NE(second.state().downtimes().covering("web1", "load", noon + 1min), nullptr);
  ASSERT_TRUE(first.remove_downtime("upgrade", "bob", noon + 1min));
  first.note_untold({"mon2"}, {downtime_kind, "upgrade"}, {"bob", noon + 1min, true});
  EXPECT_EQ(tell(noon + 1min), one_taken);
  EXPECT_TRUE(second.state().downtimes().all().empty());
}

TEST_F(Pair, TakeTwiceWhatWasToldTwiceWithoutAnEvent)
{
  acknowledge("on it");
  const auto told = first.to_tell("mon2", {});
  ASSERT_EQ(told.size(), 1U);
  ASSERT_TRUE(second.take_told(told.front(), noon));
  second.take_news();
  EXPECT_TRUE(second.take_told(told.front(), noon + 1s));
  EXPECT_TRUE(second.take_told({of_load, {"bob", noon - 1h, true}, ""}, noon)) << "it was set again since";
  EXPECT_TRUE(second.take_told({{downtime_kind, "nosuch"}, {"bob", noon, true}, ""}, noon));
  EXPECT_TRUE(second.take_news().events.empty());
  EXPECT_EQ(comment_at_the_second(), "alice: on it");
}

TEST_F(Pair, AgreeOnTheLaterOfTwoActs)
{
  acknowledge("the old one", noon);
  ASSERT_TRUE(second.acknowledge({acknowledgement("the new one", noon + 1min)}));
  EXPECT_EQ(tell(noon + 2min), one_taken);
  EXPECT_EQ(comment_at_the_second(), "alice: the new one");
  acknowledge("the newest", noon + 3min);
  EXPECT_EQ(tell(noon + 3min), one_taken);
  EXPECT_EQ(comment_at_the_second(), "alice: the newest");
}

TEST_F(Pair, WaitForTheOneThatHasNotSeenTheProblemYet)
{
  FleetBook behind;
  behind.connected(noon);
  acknowledge("on it");
  const auto told = first.to_tell("mon2", {}).front();
  ASSERT_FALSE(behind.take_told(told, noon));
  take_result(behind, CheckState::ok, noon - 1h);
  const auto refused = behind.take_told(told, noon);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "load of web1 is OK: nothing to acknowledge");
  take_result(behind, CheckState::warning, noon - 1min, 2);
  ASSERT_TRUE(behind.take_told(told, noon));
  take_result(behind, CheckState::critical, noon, 3);
  EXPECT_NE(behind.state().acknowledgements().of("web1", "load"), nullptr)
      << "the state that was acknowledged does not end it";
}

TEST_F(Pair, DoNotTellWhatIsOverByItself)
{
  acknowledge("on it");
  take_result(first, CheckState::ok, noon + 1min, 2);
  EXPECT_EQ(tell(noon + 1min), nothing);
  EXPECT_TRUE(first.untold().all().at("mon2").empty());
}

TEST_F(Pair, TellANewOneEverythingThatThereIs)
{
  ASSERT_TRUE(first.acknowledge({acknowledgement("on it")}));
  ASSERT_TRUE(first.add_downtime(downtime("upgrade"), noon));
  EXPECT_EQ(tell(), nothing) << "it was there when that was said";
  first.know_peer("mon3", noon);
  EXPECT_EQ(first.to_tell("mon3", {}).size(), 2U);
  first.know_peer("mon3", noon);
  first.forget_peer("mon3");
  EXPECT_TRUE(first.to_tell("mon3", {}).empty());
}

TEST_F(Pair, KeepOverARestartWhatIsStillToBeTold)
{
  first.take_news();
  acknowledge("on it");
  auto news = first.take_news();
  ASSERT_TRUE(news.care);
  FleetBook again;
  again.restore({{}, {}, *news.care}, noon);
  EXPECT_EQ(again.damaged(), 0U);
  EXPECT_EQ(again.untold().all(), first.untold().all());
}

TEST_F(Pair, TellAsMuchAsFitsIntoOneRequestAndPutOffWhatWasRefused)
{
  for (std::size_t count = 0; count < FleetBook::most_told + 1; ++count) {
    const auto id = "d" + std::to_string(count);
    ASSERT_TRUE(first.add_downtime(downtime(id), noon));
    first.note_untold({"mon2"}, {downtime_kind, id}, {"alice", noon});
  }
  EXPECT_EQ(first.to_tell("mon2", {}).size(), FleetBook::most_told);
  EXPECT_EQ(first.to_tell("mon2", {{downtime_kind, "d0"}, {downtime_kind, "d1"}}).size(), 99U);
  auto large = downtime("a");
  large.nodes.assign(500, "web1");
  large.comment = std::string(FleetBook::most_told_bytes, 'x');
  ASSERT_TRUE(first.add_downtime(large, noon));
  first.note_untold({"mon2"}, {downtime_kind, "a"}, {"alice", noon});
  EXPECT_EQ(first.to_tell("mon2", {}).size(), 1U);
}

TEST_F(Pair, AreNotLedAstrayByAChangeThatIsNotWhatItSays)
{
  acknowledge("on it");
  ASSERT_TRUE(first.add_downtime(downtime("upgrade"), noon));
  first.note_untold({"mon2"}, {downtime_kind, "upgrade"}, {"alice", noon});
  for (auto told : first.to_tell("mon2", {})) {
    told.key.id = "other id";
    EXPECT_FALSE(second.take_told(told, noon)) << told.key.kind;
    told.text = "{}";
    EXPECT_FALSE(second.take_told(told, noon)) << told.key.kind;
    told.key.kind = "turn";
    EXPECT_FALSE(second.take_told(told, noon));
  }
  EXPECT_TRUE(second.state().downtimes().all().empty());
}

}  // namespace muster::collector
