// SPDX-License-Identifier: Apache-2.0
#include "collector/state/downtimes.hpp"

#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

Time at(std::chrono::seconds time)
{
  return Time{std::chrono::hours{24 * 20'000}} + time;
}

// From minute 10 to minute 70.
Downtime fixed(std::vector<std::string> nodes, std::vector<std::string> checks = {})
{
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.comment = "new kernel";
  downtime.start = at(10min);
  downtime.end = at(70min);
  downtime.nodes = std::move(nodes);
  downtime.checks = std::move(checks);
  return downtime;
}

// For 15 minutes from the first problem between minute 10 and minute 70.
Downtime flexible(std::vector<std::string> nodes, std::vector<std::string> checks = {})
{
  auto downtime = fixed(std::move(nodes), std::move(checks));
  downtime.duration = 15min;
  return downtime;
}

Downtimes with(Downtime downtime)
{
  Downtimes downtimes;
  EXPECT_TRUE(downtimes.add(std::move(downtime), at(0s)).has_value());
  return downtimes;
}

std::vector<std::string> words(const std::vector<Event>& events)
{
  std::vector<std::string> text;
  for (const auto& event : events) {
    text.push_back(std::string{to_string(event.kind)} + " " + event.node + ": " + event.message);
  }
  return text;
}

using Words = std::vector<std::string>;

}  // namespace

TEST(Downtimes, CoverOnlyWhatIsNamedAndMatchesIfBothAreGiven)
{
  auto narrowed = fixed({"db1", "web1"});
  narrowed.matches = [](const std::string& node) { return node.starts_with("db"); };
  const auto downtimes = with(narrowed);
  EXPECT_NE(downtimes.covering("db1", "disk", at(10min)), nullptr);
  EXPECT_EQ(downtimes.covering("web1", "disk", at(10min)), nullptr);
  EXPECT_EQ(downtimes.covering("db2", "disk", at(10min)), nullptr);
  narrowed.either = true;  // as an older store means it
  const auto older = with(narrowed);
  EXPECT_NE(older.covering("web1", "disk", at(10min)), nullptr);
  EXPECT_NE(older.covering("db2", "disk", at(10min)), nullptr);
  EXPECT_EQ(older.covering("web2", "disk", at(10min)), nullptr);
}

TEST(Downtimes, AreInEffectFromStartToEnd)
{
  const auto downtimes = with(fixed({"web1"}));
  EXPECT_EQ(downtimes.covering("web1", "load", at(10min - 1s)), nullptr);
  EXPECT_NE(downtimes.covering("web1", "load", at(10min)), nullptr);
  EXPECT_NE(downtimes.covering("web1", "load", at(70min - 1s)), nullptr);
  EXPECT_EQ(downtimes.covering("web1", "load", at(70min)), nullptr);
}

TEST(Downtimes, CoverTheNodeAndAllItsChecksOrJustTheNamedOnes)
{
  const auto whole = with(fixed({"web2", "web1"}));
  EXPECT_NE(whole.covering("web1", "", at(20min)), nullptr);
  EXPECT_NE(whole.covering("web2", "load", at(20min)), nullptr);
  EXPECT_EQ(whole.covering("web3", "load", at(20min)), nullptr);
  const auto part = with(fixed({"web1"}, {"load", "disk"}));
  EXPECT_NE(part.covering("web1", "disk", at(20min)), nullptr);
  EXPECT_EQ(part.covering("web1", "http", at(20min)), nullptr);
  EXPECT_EQ(part.covering("web1", "", at(20min)), nullptr);
}

TEST(Downtimes, CoverWhatTheirFilterMatches)
{
  auto downtime = fixed({}, {"load"});
  downtime.matches = [](const std::string& node) { return node.starts_with("web"); };
  const auto downtimes = with(std::move(downtime));
  EXPECT_NE(downtimes.covering("web9", "load", at(20min)), nullptr);
  EXPECT_EQ(downtimes.covering("db1", "load", at(20min)), nullptr);
}

TEST(Downtimes, TellWhenTheyBeginAndEndAndAreDroppedThen)
{
  auto downtimes = with(fixed({"web1"}));
  EXPECT_EQ(words(downtimes.take_time(at(9min))), Words{});
  EXPECT_EQ(words(downtimes.take_time(at(10min))), Words{"downtime_start web1: alice@ops1: new kernel"});
  EXPECT_EQ(words(downtimes.take_time(at(11min))), Words{});
  EXPECT_EQ(words(downtimes.take_time(at(70min))), Words{"downtime_end web1: its time is over"});
  EXPECT_TRUE(downtimes.all().empty());
}

TEST(Downtimes, ThatBeganAndEndedWhileNobodyLookedTellBoth)
{
  auto downtimes = with(fixed({"web1"}));
  EXPECT_EQ(downtimes.take_time(at(24h)).size(), 2U);
}

TEST(Downtimes, ThatAreFlexibleWaitForAProblemAndThenLastTheirDuration)
{
  auto downtimes = with(flexible({"web1"}));
  downtimes.on_problem("web1", "load", at(9min));
  EXPECT_EQ(downtimes.covering("web1", "load", at(20min)), nullptr) << "too early to begin it";
  downtimes.on_problem("web1", "load", at(65min));
  EXPECT_NE(downtimes.covering("web1", "load", at(65min)), nullptr);
  EXPECT_NE(downtimes.covering("web1", "disk", at(80min - 1s)), nullptr) << "longer than its end";
  EXPECT_EQ(downtimes.covering("web1", "load", at(80min)), nullptr);
  EXPECT_EQ(downtimes.take_time(at(79min)).size(), 1U);
  EXPECT_EQ(words(downtimes.take_time(at(80min))), Words{"downtime_end web1: its time is over"});
}

TEST(Downtimes, ThatAreFlexibleHaveATimeOfItsOwnForEachNode)
{
  auto downtimes = with(flexible({"web1", "web2"}));
  downtimes.on_problem("web1", "", at(20min));
  EXPECT_EQ(downtimes.covering("web2", "", at(20min)), nullptr);
  downtimes.on_problem("web2", "", at(40min));
  EXPECT_NE(downtimes.covering("web2", "", at(50min)), nullptr);
  EXPECT_EQ(downtimes.covering("web1", "", at(50min)), nullptr);
}

TEST(Downtimes, ThatAreFlexibleBeginOnceForANode)
{
  auto downtimes = with(flexible({"web1"}));
  downtimes.on_problem("web1", "load", at(20min));
  downtimes.on_problem("web1", "load", at(34min));
  downtimes.on_problem("web1", "load", at(40min));
  EXPECT_EQ(downtimes.covering("web1", "load", at(40min)), nullptr);
}

TEST(Downtimes, ThatAreFlexibleAreNotBegunByWhatTheyDoNotCover)
{
  auto downtimes = with(flexible({"web1"}, {"load"}));
  downtimes.on_problem("web1", "disk", at(20min));
  downtimes.on_problem("web2", "load", at(20min));
  EXPECT_EQ(downtimes.covering("web1", "load", at(21min)), nullptr);
  EXPECT_EQ(words(downtimes.take_time(at(70min))), Words{"downtime_end web1: nothing happened in its time"});
}

TEST(Downtimes, ThatOverlapAreToldByTheOneThatLastsLongest)
{
  auto downtimes = with(fixed({"web1"}));
  auto longer = fixed({"web1"});
  longer.id = "a0";
  longer.end = at(3h);
  ASSERT_TRUE(downtimes.add(longer, at(0s)).has_value());
  EXPECT_EQ(downtimes.covering("web1", "load", at(20min))->id, "a0");
}

TEST(Downtimes, CanBeRemoved)
{
  auto downtimes = with(fixed({"web1"}));
  const auto event = downtimes.remove("d1", "bob@ops2", at(20min));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->message, "removed by bob@ops2");
  EXPECT_EQ(downtimes.covering("web1", "load", at(20min)), nullptr);
  EXPECT_EQ(downtimes.remove("d1", "bob@ops2", at(20min)).error().code, ErrorCode::not_found);
}

TEST(Downtimes, AreRefusedIfTheyHaveNoSensibleTimeOrCoverNothing)
{
  const auto refused = [](auto change) {
    auto downtime = flexible({"web1"});
    change(downtime);
    Downtimes downtimes;
    const auto added = downtimes.add(std::move(downtime), at(0s));
    return added ? std::string{"taken"} : added.error().message;
  };
  EXPECT_EQ(refused([](Downtime&) {}), "taken");
  EXPECT_EQ(refused([](Downtime& d) { d.end = d.start; }), "a downtime needs an end after its start");
  EXPECT_EQ(
      refused([](Downtime& d) {
        d.start = at(-2h);
        d.end = at(-1h);
      }),
      "the downtime is already over: it ends 2024-10-03 23:00:00 UTC");
  EXPECT_EQ(
      refused([](Downtime& d) { d.end = d.start + Downtime::longest + 1ms; }),
      "a downtime lasts at most 366 d; forget the node instead");
  EXPECT_EQ(refused([](Downtime& d) { d.duration = 0ms; }), "a flexible downtime needs a duration");
  EXPECT_EQ(
      refused([](Downtime& d) { d.nodes.clear(); }),
      "the downtime covers nothing: name nodes or give a filter");
  EXPECT_EQ(
      refused([](Downtime& d) { d.checks.resize(Downtime::most_names + 1); }),
      "too many names in one downtime: give a filter");
}

TEST(Downtimes, HaveIdsOfTheirOwnAndAreNotEndless)
{
  auto downtimes = with(fixed({"web1"}));
  EXPECT_FALSE(downtimes.add(fixed({"web2"}), at(0s)).has_value());
  auto downtime = fixed({"web1"});
  while (downtimes.all().size() < Downtimes::most - 1) {
    downtime.id = std::to_string(downtimes.all().size());
    ASSERT_TRUE(downtimes.add(downtime, at(0s)).has_value());
  }
  std::vector<Downtime> two(2, downtime);
  two[0].id = "the last";
  two[1].id = "one more";
  EXPECT_FALSE(downtimes.may_add(two, at(0s)).has_value()) << "there is room for one alone";
  ASSERT_TRUE(downtimes.add(two[0], at(0s)).has_value());
  downtime.id = "one more";
  EXPECT_FALSE(downtimes.add(downtime, at(0s)).has_value());
}

TEST(Downtimes, GoOnAfterARestart)
{
  auto before = with(flexible({"web1"}));
  before.on_problem("web1", "load", at(20min));
  before.take_time(at(20min));
  Downtimes after;
  for (const auto& [id, downtime] : before.all()) {
    after.restore(downtime);
  }
  EXPECT_NE(after.covering("web1", "load", at(30min)), nullptr);
  EXPECT_EQ(words(after.take_time(at(30min))), Words{}) << "its start was told";
}

}  // namespace muster::collector
