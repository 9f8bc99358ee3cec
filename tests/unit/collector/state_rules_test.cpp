// SPDX-License-Identifier: Apache-2.0
//
// Which checks of which nodes the rules of a schedule are for.
#include <map>

#include <gtest/gtest.h>

#include "collector/fleet_book.hpp"
#include "collector/settings.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;

// A fleet whose collector asks for a check on a part of it.
class ScheduleOfAPart : public testing::Test {
protected:
  explicit ScheduleOfAPart(
      const std::string& schedules = "{name: s, check: load, filter: location=de, every: 1m}")
      : book{state_rules(*parse_settings(
            "collector.yaml",
            "identity: collector@mon1\nbrokers: [mqtt://127.0.0.1]\nschedules: [" + schedules + "]\n"))}
  {
    book.connected(noon);
  }

  void meet(const std::string& node, const std::string& location, const std::string& collective = "main")
  {
    protocol::Presence presence;
    presence.name = node;
    presence.collectives = {collective};
    presence.all_classes = true;
    if (!location.empty()) {
      presence.facts.set("location", FactValue{location});
    }
    book.take(presence, 0s, now);
  }

  // An operator asked.
  void result(const std::string& node, const std::string& check = "load")
  {
    fleet::ResultStream::Taken taken;
    taken.message.node = node;
    taken.message.epoch = 1;
    taken.message.seq = ++seq;
    taken.message.now = now;
    taken.message.result = {check, CheckState::ok, "fine", "", "", now, now, "alice@ops1"};
    book.take(std::move(taken), now);
  }

  // While presences come, as they do.
  void pass(std::chrono::minutes time, const std::map<std::string, std::string>& locations)
  {
    for (const auto until = now + time; now < until;) {
      now += 1min;
      for (const auto& [node, location] : locations) {
        meet(node, location);
      }
      book.take_time(now);
    }
  }

  [[nodiscard]] bool waits_in_vain(const std::string& node, const std::string& check = "load") const
  {
    return book.state().find(node, check)->known.state.stale;
  }

  const Time noon{std::chrono::milliseconds{1'795'000'000'000}};
  Time now = noon;
  std::int64_t seq = 0;
  FleetBook book;
};

TEST_F(ScheduleOfAPart, WaitsForResultsOfTheNodesThatItMeansOnly)
{
  meet("web1", "de");
  meet("web2", "uk");
  result("web1");
  result("web2");
  pass(10min, {{"web1", "de"}, {"web2", "uk"}});
  EXPECT_TRUE(waits_in_vain("web1"));
  EXPECT_FALSE(waits_in_vain("web2")) << "nobody asks it";
}

TEST_F(ScheduleOfAPart, WaitsWhereThePresenceDoesNotSayWhetherTheNodeIsMeant)
{
  meet("web1", "");
  result("web1");
  pass(10min, {{"web1", ""}});
  EXPECT_TRUE(waits_in_vain("web1"));
}

TEST_F(ScheduleOfAPart, WaitsNoMoreForANodeThatLeavesItAndAgainForOneThatComes)
{
  meet("web1", "de");
  meet("web2", "uk");
  result("web1");
  result("web2");
  pass(10min, {{"web1", "uk"}, {"web2", "de"}});
  EXPECT_FALSE(waits_in_vain("web1"));
  EXPECT_TRUE(waits_in_vain("web2"));
}

TEST_F(ScheduleOfAPart, LetsWhatWaitedInVainBeAsItsLastResultSaid)
{
  meet("web1", "de");
  result("web1");
  pass(10min, {{"web1", "de"}});
  ASSERT_TRUE(waits_in_vain("web1"));
  meet("web1", "uk");
  EXPECT_FALSE(waits_in_vain("web1"));
  EXPECT_EQ(book.state().find("web1", "load")->known.state.state, CheckState::ok);
}

class ScheduleOfACollective : public ScheduleOfAPart {
protected:
  ScheduleOfACollective() : ScheduleOfAPart{"{name: s, check: load, collective: lab, every: 1m}"} {}
};

TEST_F(ScheduleOfACollective, WaitsForItsMembersOnly)
{
  meet("web1", "de", "lab");
  meet("web2", "de");
  result("web1");
  result("web2");
  now += 10min;
  book.take_time(now);
  EXPECT_TRUE(waits_in_vain("web1"));
  EXPECT_FALSE(waits_in_vain("web2"));
}

class SchedulesOfDifferentParts : public ScheduleOfAPart {
protected:
  SchedulesOfDifferentParts()
      : ScheduleOfAPart{
            "{name: de, check: load, filter: location=de, every: 1m, max_attempts: 5}, "
            "{name: uk, check: load, filter: location=uk, every: 1m, max_attempts: 7}, "
            "{name: spool, check: disk_args, arguments: [a], as: spool, filter: location=de, every: 1m}, "
            "{name: all, all: true, every: 1m, max_attempts: 9}"}
  {}

  [[nodiscard]] ServiceRules rules(const std::string& node, const std::string& check) const
  {
    return book.state().find(node, check)->rules;
  }
};

TEST_F(SchedulesOfDifferentParts, GiveACheckTheRulesOfTheFirstThatMeansItsNode)
{
  meet("web1", "de");
  meet("web2", "uk");
  meet("web3", "fr");
  for (const auto* node : {"web1", "web2", "web3"}) {
    result(node);
    result(node, "spool");
  }
  EXPECT_EQ(rules("web1", "load").max_attempts, 5);
  EXPECT_EQ(rules("web2", "load").max_attempts, 7);
  EXPECT_EQ(rules("web3", "load").max_attempts, 9);
  EXPECT_TRUE(rules("web1", "spool").freshness);
  EXPECT_FALSE(rules("web3", "spool").freshness) << "a run with arguments is none of a node's own checks";
}

}  // namespace
}  // namespace muster::collector
