// SPDX-License-Identifier: Apache-2.0
#include "collector/state/state_engine.hpp"

#include <gtest/gtest.h>

#include "tests/unit/collector_state/engine_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using Told = EngineStory::Told;

ServiceRules fresh_for(std::chrono::milliseconds freshness)
{
  auto rules = EngineStory::quiet_service_rules();
  rules.freshness = freshness;
  return rules;
}

// As a collector that was stopped and started again: what is stored is all that is left.
EngineStory restarted(const EngineStory& before, EngineRules rules, std::chrono::seconds away)
{
  EngineStory after{std::move(rules)};
  after.engine = StateEngine{EngineStory::rules_with(fresh_for(10min))};
  for (const auto& [name, node] : before.engine.nodes()) {
    after.engine.restore(name, node.known);
    for (const auto& [check, service] : node.services) {
      after.engine.restore(name, check, service.known);
    }
  }
  after.clock = before.clock + away;
  after.add(after.engine.connected(EngineStory::at(after.clock)));
  return after;
}

}  // namespace

TEST(StateEngine, FillsInWhichCheckOfWhichNode)
{
  EngineStory story;
  story.results("web1", "disk", "OCCCO");
  story.results("web2", "disk", "C");
  EXPECT_EQ(story.news(), (Told{"web1/disk C1", "web1/disk C3!", "web1/disk O!", "web2/disk C1"}));
}

TEST(StateEngine, CountsOneAttemptInEachIntervalOfTheScheduleAndNoneOfAHurriedCaller)
{
  auto rules = EngineStory::quiet_service_rules();
  rules.interval = 60s;
  EngineStory story{EngineStory::rules_with(rules)};
  for (int second = 0; second < 60; ++second) {
    story.pass(1s);
    auto observation = ServiceStory::result(CheckState::critical, story.clock);
    observation.origin = second % 2 == 0 ? Observation::Origin::caller : Observation::Origin::schedule;
    story.take("web1", "disk", observation);
  }
  EXPECT_EQ(story.engine.find("web1", "disk")->known.state.attempt, 2);
  story.results("web1", "disk", "C");
  EXPECT_EQ(story.news(), (Told{"web1/disk C1", "web1/disk C3!"}));
}

TEST(StateEngine, AsksForTheRulesOfEachCheck)
{
  EngineRules rules;
  rules.rules_for = [](const std::string& node, const std::string& check) {
    auto found = EngineStory::quiet_service_rules();
    found.max_attempts = node == "db1" && check == "load" ? 1 : 2;
    return found;
  };
  EngineStory story{rules};
  story.result("db1", "load", 'C');
  story.result("db1", "disk", 'C');
  story.result("web1", "load", 'C');
  EXPECT_EQ(story.news(), (Told{"db1/load C1!", "db1/disk C1", "web1/load C1"}));
}

TEST(StateEngine, KeepsQuietWhileACheckFlapsAndTellsWhereItEnded)
{
  EngineStory story{EngineStory::rules_with({})};
  story.results("web1", "load", "OCCCOCOCOCOCOCOC");
  story.news();
  story.results("web1", "load", "CCC");
  EXPECT_EQ(story.news(), (Told{"web1/load C3! (flapping)"}));
  story.results("web1", "load", "CCCCCCCCCCCCCCCCCCC");
  EXPECT_EQ(story.news(), (Told{"web1/load flapping_stop", "web1/load C3!"}));
  EXPECT_TRUE(notifies(story.events.back()));
}

TEST(StateEngine, NamesABrokerOnlyWhereOthersAreAtAnother)
{
  for (const std::string other : {"mq1:8883", "mq2:8883"}) {
    EngineStory story;
    for (int number = 0; number < 10; ++number) {
      story.up("n" + std::to_string(number), {{"broker", number < 5 ? "mq1:8883" : other}});
    }
    story.pass(3min);
    story.news();
    for (int number = 0; number < 5; ++number) {
      // A will knows less than what was told before it.
      story.says("n" + std::to_string(number), Sighting::Says::gone, {{"site", "berlin"}});
    }
    story.pass(2min);
    EXPECT_EQ(story.news(), (Told{"nodes_lost 5"}));
    const bool named = story.events.back().message.find("all of broker=mq1:8883") != std::string::npos;
    EXPECT_EQ(named, other == "mq2:8883") << story.events.back().message;
  }
}

TEST(StateEngine, MakesOneEventOfAThousandNodesAndNamesTheirSite)
{
  EngineStory story;
  for (int number = 0; number < 2000; ++number) {
    story.up("n" + std::to_string(number), {{"site", number % 2 == 0 ? "berlin" : "rome"}});
  }
  story.pass(3min);
  story.news();
  for (int number = 0; number < 2000; number += 2) {
    story.gone("n" + std::to_string(number));
  }
  story.pass(2min);
  EXPECT_EQ(story.news(), (Told{"nodes_lost 1000"}));
  EXPECT_NE(story.events.back().message.find("all of site=berlin"), std::string::npos);
  for (int number = 0; number < 2000; number += 2) {
    story.up("n" + std::to_string(number));
  }
  story.pass(1min);
  EXPECT_EQ(story.news(), (Told{"nodes_back 1000"})) << "their site was remembered";
}

TEST(StateEngine, MakesOneEventOfAThousandNodesThatAreUpgradedAndOneOfTheirReturn)
{
  EngineStory story;
  for (int number = 0; number < 2000; ++number) {
    story.up("n" + std::to_string(number), {{"site", number % 2 == 0 ? "berlin" : "rome"}});
  }
  story.pass(3min);
  story.news();
  for (int number = 0; number < 2000; number += 2) {
    story.says("n" + std::to_string(number), Sighting::Says::stopped, {{"site", "berlin"}});
  }
  story.pass(5s);
  for (int number = 0; number < 2000; number += 2) {
    story.up("n" + std::to_string(number), {{"site", "berlin"}});
  }
  EXPECT_EQ(story.engine.held().size(), 2000U);
  story.pass(1min);
  EXPECT_EQ(story.news(), (Told{"nodes_stopped 1000", "nodes_back 1000"}));
  for (const auto& event : {story.events.back(), story.events[story.events.size() - 2]}) {
    EXPECT_NE(event.message.find("all of site=berlin"), std::string::npos) << event.message;
  }
}

TEST(StateEngine, MakesOneEventOfManyThatVanish)
{
  auto rules = EngineStory::quiet_rules();
  rules.nodes.vanished_after = 1h;
  EngineStory story{rules};
  for (int number = 0; number < 10; ++number) {
    story.up("n" + std::to_string(number), {{"site", "berlin"}});
  }
  story.pass(3min);
  for (int number = 0; number < 10; ++number) {
    story.says("n" + std::to_string(number), Sighting::Says::stopped);
  }
  story.pass(1min);
  story.news();
  story.pass(1h);
  EXPECT_EQ(story.news(), (Told{"nodes_vanished 10"}));
}

TEST(StateEngine, TellsOfNobodyWhoStopsInADowntime)
{
  EngineStory story;
  for (int number = 0; number < 10; ++number) {
    story.up("n" + std::to_string(number), {{"site", "berlin"}});
  }
  Downtime upgrade;
  upgrade.id = "upgrade";
  upgrade.caller = "alice@ops1";
  upgrade.start = EngineStory::at(0s);
  upgrade.end = EngineStory::at(1h);
  upgrade.matches = [](const std::string& node) { return node < "n5"; };
  story.add(story.engine.add_downtime(upgrade, EngineStory::at(story.clock)));
  story.news();
  for (int number = 0; number < 10; ++number) {
    story.says("n" + std::to_string(number), Sighting::Says::stopped);
  }
  EXPECT_EQ(story.engine.held().size(), 5U) << "the others are expected, and on record at once";
  EXPECT_EQ(story.news().front(), "n0 node_stopped (downtime)");
  story.pass(1min);
  EXPECT_EQ(story.news(), (Told{"nodes_stopped 5"}));
}

TEST(StateEngine, MissesWhatDoesNotCome)
{
  EngineStory story{EngineStory::rules_with(fresh_for(5min))};
  story.results("web1", "disk", "OO");
  story.pass(5min - 1s);
  EXPECT_EQ(story.news(), Told{});
  story.pass(1s);
  EXPECT_EQ(story.news(), (Told{"web1/disk U3!"}));
  story.pass(1h);
  EXPECT_EQ(story.news(), Told{}) << "missed once";
  story.results("web1", "disk", "O");
  EXPECT_EQ(story.news(), (Told{"web1/disk O!"}));
}

TEST(StateEngine, MissesNothingWhileItIsCutOffFromTheBroker)
{
  EngineStory story{EngineStory::rules_with(fresh_for(5min))};
  story.up("web1");
  story.result("web1", "disk", 'O');
  story.news();
  story.pass(1min);
  story.add(story.engine.disconnected(EngineStory::at(story.clock)));
  story.pass(1h);
  EXPECT_EQ(story.news(), Told{});
  story.add(story.engine.connected(EngineStory::at(story.clock)));
  story.pass(2min - 1s);
  EXPECT_EQ(story.news(), Told{});
  story.pass(4min);
  EXPECT_EQ(story.news(), (Told{"web1 node_gone"}));
}

TEST(StateEngine, InventsNothingWhenItIsStartedAgain)
{
  EngineStory story{EngineStory::rules_with(fresh_for(10min))};
  story.up("web1");
  story.up("web2");
  story.results("web1", "disk", "OCCC");
  story.results("web2", "load", "O");
  auto after = restarted(story, EngineStory::rules_with(fresh_for(10min)), 24h);
  after.pass(1min);
  after.up("web1");
  after.up("web2");
  after.result("web1", "disk", 'C');
  after.result("web2", "load", 'O');
  after.pass(9min);
  EXPECT_EQ(after.news(), Told{});
}

TEST(StateEngine, FindsWhatIsMissingAfterItWasStartedAgain)
{
  EngineStory story{EngineStory::rules_with(fresh_for(10min))};
  story.up("web1");
  story.up("web2");
  story.results("web2", "disk", "O");
  auto after = restarted(story, EngineStory::rules_with(fresh_for(10min)), 24h);
  after.up("web2");
  after.pass(11min);
  EXPECT_EQ(after.news(), (Told{"web1 node_gone", "web2/disk U3!"}));
}

TEST(StateEngine, TellsAProblemThatItLearnedLateIfItIsStillThere)
{
  EngineStory story;
  story.results("web1", "disk", "O");
  for (int minute = 0; minute < 3; ++minute) {
    story.pass(1min);
    auto late = ServiceStory::result(CheckState::critical, story.clock);
    late.replayed = true;
    story.take("web1", "disk", late);
  }
  EXPECT_EQ(story.news(), (Told{"web1/disk C1 (replayed)", "web1/disk C3! (replayed)"}));
  story.results("web1", "disk", "C");
  EXPECT_EQ(story.news(), (Told{"web1/disk C3!"}));
  EXPECT_TRUE(notifies(story.events.back()));
  EXPECT_EQ(story.events.back().from, CheckState::ok);
  EXPECT_EQ(story.events.back().message, "CRITICAL (since 2024-10-04 00:04:00 UTC)");
  story.results("web1", "disk", "CC");
  EXPECT_EQ(story.news(), Told{});
}

TEST(StateEngine, SilencesWhatDependsOnWhatIsBroken)
{
  auto rules = EngineStory::quiet_rules();
  rules.dependencies = {{{}, "app", "db1", "mysql"}};
  EngineStory story{rules};
  story.results("db1", "mysql", "CCC");
  story.news();
  story.results("web1", "app", "CCC");
  story.results("web1", "disk", "C");
  EXPECT_EQ(story.news(), (Told{"web1/app C1 (unreachable)", "web1/app C3! (unreachable)", "web1/disk C1"}));
  EXPECT_EQ(story.engine.broken_parent({"web1", "app"}), (Subject{"db1", "mysql"}));
  story.results("db1", "mysql", "O");
  story.results("web1", "app", "C");
  EXPECT_EQ(story.news(), (Told{"db1/mysql O!", "web1/app C3!"})) << "it was not the data base, then";
}

TEST(StateEngine, TellsOfANodeThatIsGoneAndNotOfItsChecks)
{
  EngineStory story{EngineStory::rules_with(fresh_for(5min))};
  story.up("web1");
  story.results("web1", "disk", "O");
  story.results("web1", "load", "O");
  story.news();
  story.gone("web1");
  story.pass(10min);
  EXPECT_EQ(story.news(), (Told{"web1 node_gone"}));
  const auto counts = story.engine.counts(EngineStory::at(story.clock));
  EXPECT_EQ(counts.services, (std::array<std::size_t, 4>{0, 0, 0, 2})) << "but they are not known any more";
  story.up("web1");
  story.result("web1", "disk", 'O');
  story.pass(4min);
  EXPECT_EQ(story.news(), (Told{"web1 node_back"})) << "a result of the other one is not overdue yet";
  story.result("web1", "disk", 'O');
  story.pass(2min);
  EXPECT_EQ(story.news(), (Told{"web1/load U3!"})) << "now it is";
}

TEST(StateEngine, ComparesTheFirstResultBehindAnAbsenceWithWhatWasBefore)
{
  EngineStory story{EngineStory::rules_with(fresh_for(5min))};
  story.up("web1");
  story.results("web1", "disk", "O");
  story.results("web1", "load", "CCC");
  story.acknowledge("web1", "load");
  story.gone("web1");
  story.pass(10min);
  story.up("web1");
  story.pass(31s);
  story.news();
  story.result("web1", "load", 'C');
  EXPECT_EQ(story.news(), Told{}) << "it is as it was";
  EXPECT_NE(story.engine.acknowledgements().of("web1", "load"), nullptr) << "so somebody still takes care";
  story.result("web1", "disk", 'C');
  EXPECT_EQ(story.news(), (Told{"web1/disk C3!"}));
  EXPECT_EQ(story.events.back().from, CheckState::ok);
}

TEST(StateEngine, TellsThatACheckIsUnknownBehindAnAbsence)
{
  EngineStory story{EngineStory::rules_with(fresh_for(5min))};
  story.up("web1");
  story.results("web1", "disk", "O");
  story.gone("web1");
  story.pass(10min);
  story.up("web1");
  story.pass(31s);
  story.news();
  story.result("web1", "disk", 'U');
  EXPECT_EQ(story.news(), (Told{"web1/disk U3!"}));
}

TEST(StateEngine, WaitsWithWhatItThinksOfTheChecksOfANodeThatMayBeGone)
{
  EngineStory story{EngineStory::rules_with(fresh_for(10s))};
  story.pass(3min);
  story.up("web1");
  story.result("web1", "disk", 'O');
  story.gone("web1");
  story.pass(20s);
  EXPECT_EQ(story.news(), Told{"web1 node_new"}) << "it may be back any moment";
  story.pass(1min);
  EXPECT_EQ(story.news(), (Told{"web1 node_gone"}));
}

TEST(StateEngine, ForgetsANode)
{
  EngineStory story{EngineStory::rules_with(fresh_for(5min))};
  story.up("web1");
  story.results("web1", "disk", "CCC");
  story.acknowledge("web1", "disk");
  story.pass(3min);
  story.gone("web1");
  story.pass(31s);
  story.news();
  story.add(story.engine.forget("web1", "alice@ops1", EngineStory::at(story.clock)));
  EXPECT_EQ(story.news(), (Told{"web1 node_forgotten", "web1/disk acknowledgement_end"}));
  EXPECT_EQ(story.engine.find("web1"), nullptr);
  EXPECT_TRUE(story.engine.take_changed().nodes.empty());
  story.pass(1h);
  EXPECT_EQ(story.news(), Told{}) << "neither its loss, which was held back, nor its checks";
  story.add(story.engine.forget("web1", "alice@ops1", EngineStory::at(story.clock)));
  story.up("web1");
  EXPECT_EQ(story.news(), (Told{"refused: no node web1", "web1 node_new"}));
}

TEST(StateEngine, SaysWhatIsToBeStoredAndSaysItOnce)
{
  EngineStory story;
  story.engine.take_changed();
  story.up("web1");
  story.result("web1", "disk", 'O');
  story.result("web1", "disk", 'O');
  story.result("web2", "load", 'O');
  const auto changed = story.engine.take_changed();
  EXPECT_EQ(changed.nodes, (std::vector<std::string>{"web1"}));
  EXPECT_EQ(changed.services, (std::vector<Subject>{{"web1", "disk"}, {"web2", "load"}}));
  EXPECT_FALSE(changed.downtimes || changed.acknowledgements || changed.held);
  auto old = ServiceStory::result(CheckState::critical, -1h);
  story.take("web1", "disk", old);
  const auto nothing = story.engine.take_changed();
  EXPECT_TRUE(nothing.nodes.empty() && nothing.services.empty());
}

TEST(StateEngine, CountsNodesAndChecksAndWhatNeedsSomebody)
{
  EngineStory story;
  story.up("web1");
  story.result("web1", "disk", 'C');
  story.result("web1", "load", 'C');
  story.result("web2", "load", 'O');
  story.acknowledge("web1", "disk");
  const auto counts = story.engine.counts(EngineStory::at(story.clock));
  EXPECT_EQ(counts.nodes, (std::array<std::size_t, 5>{1, 1, 0, 0, 0}));
  EXPECT_EQ(counts.services, (std::array<std::size_t, 4>{1, 0, 2, 0}));
  EXPECT_EQ(counts.need_somebody, (std::array<std::size_t, 4>{0, 0, 1, 0}));
}

TEST(StateEngine, CountsLostNodesThatNobodyLooksAfterOrExpects)
{
  EngineStory story;
  for (const auto* node : {"web1", "web2", "web3"}) {
    story.up(node);
    story.gone(node);
  }
  story.pass(3min);
  const auto counted = [&story] {
    return story.engine.counts(EngineStory::at(story.clock)).nodes_need_somebody;
  };
  EXPECT_EQ(counted(), 3U);
  story.acknowledge("web1", "");
  EXPECT_EQ(counted(), 2U);
  story.up("web2");
  EXPECT_EQ(counted(), 1U);
}

TEST(StateEngine, CountsEachCheckAsItIsNowHoweverItGotThere)
{
  using Counts = std::array<std::size_t, 4>;
  EngineStory story{EngineStory::rules_with(fresh_for(10min))};
  const auto counts = [&story] { return story.engine.counts(EngineStory::at(story.clock)).services; };
  story.up("web1");
  story.result("web1", "disk", 'C');
  story.result("web1", "load", 'W');
  EXPECT_EQ(counts(), (Counts{0, 1, 1, 0}));
  story.pass(1min);
  story.result("web1", "load", 'O');
  EXPECT_EQ(counts(), (Counts{1, 0, 1, 0})) << "a result";
  story.pass(10min);
  EXPECT_EQ(counts(), (Counts{0, 0, 0, 2})) << "none in time";
  const auto again = restarted(story, {}, 1s);
  EXPECT_EQ(again.engine.counts(EngineStory::at(again.clock)).services, (Counts{0, 0, 0, 2})) << "a restart";
  ASSERT_TRUE(story.engine.forget("web1", "alice@ops1", EngineStory::at(story.clock)));
  EXPECT_EQ(counts(), (Counts{0, 0, 0, 0})) << "forgotten";
}

}  // namespace muster::collector
