// SPDX-License-Identifier: Apache-2.0
#include "collector/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* head =
    "identity: collector@mon1\n"
    "brokers: [mqtt://127.0.0.1]\n";

ExpectedOrErrors<Settings> parse(const std::string& text)
{
  return parse_settings("/etc/muster/collector.yaml", head + text);
}

std::string complaint(const std::string& text)
{
  const auto settings = parse(text);
  std::string all;
  if (!settings) {
    for (const auto& error : settings.error()) {
      all += error.message + "\n";
    }
  }
  return all;
}

std::string complaint_of_schedule(const std::string& members)
{
  return complaint("schedules:\n  - {" + members + "}\n");
}

ServiceRules rules_of(const Settings& settings, const std::string& check)
{
  return state_rules(settings).rules_for("web1", check);
}

TEST(CollectorSettings, HaveADefaultForEverythingButWhoAndWhere)
{
  const auto settings = parse("");
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->identity, "collector@mon1");
  EXPECT_EQ(settings->history.history.layout.root, "/var/lib/muster/collector/history");
  EXPECT_TRUE(settings->schedules.empty());
  EXPECT_EQ(rules_of(*settings, "load").max_attempts, 3);
  EXPECT_FALSE(rules_of(*settings, "load").freshness);
}

TEST(CollectorSettings, ReadThePeriodOfAScheduleFromPeriods)
{
  const auto settings = parse(
      "periods: {work: \"mon-fri 08:00-18:00\"}\n"
      "schedules:\n"
      "  - {name: a, check: b, every: 5m, splay: 0s, timeout: 10s, period: work}\n"
      "  - {name: c, check: d, every: 5m}\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->schedules.at(0).period, "work");
  EXPECT_FALSE(settings->schedules.at(1).during);
  EXPECT_FALSE(rules_of(*settings, "d").turn_after);

  const auto rules = rules_of(*settings, "b");
  ASSERT_TRUE(rules.turn_after);
  const Time sunday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 29} + 12h};
  const auto turn = (*rules.turn_after)(sunday);
  EXPECT_GE(turn, sunday + 20h) << "Monday, eight o'clock";
  EXPECT_LT(turn, sunday + 20h + 5min);
}

TEST(CollectorSettings, KnowNoPeriodThatIsNotThere)
{
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 1m, period: wrok"),
      HasSubstr("expected the name of one of `periods`, there is no wrok"));
}

TEST(CollectorSettings, ReadASchedule)
{
  const auto settings = parse(
      "schedules:\n"
      "  - name: disks\n"
      "    checks: [check_disk, check_inodes]\n"
      "    filter: location=de /^web/\n"
      "    every: 5m\n"
      "    splay: 2m\n"
      "    timeout: 30s\n"
      "    max_attempts: 5\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  const auto& entry = settings->schedules.at(0);
  EXPECT_EQ(entry.name, "disks");
  EXPECT_EQ(entry.checks.size(), 2U);
  EXPECT_EQ(entry.filter.facts.size(), 1U);
  EXPECT_EQ(entry.filter.classes, std::vector<std::string>{"/^web/"});
  EXPECT_EQ(entry.every, 5min);
  EXPECT_EQ(entry.splay, 2min);
  EXPECT_EQ(entry.timeout, 30s);
  EXPECT_EQ(entry.max_attempts, 5U);
}

TEST(CollectorSettings, GiveAScheduleTimesThatFitIntoItsInterval)
{
  const auto settings = parse("schedules:\n  - {name: a, all: true, every: 8s}\n");
  ASSERT_TRUE(settings);
  const auto& entry = settings->schedules.at(0);
  EXPECT_TRUE(entry.checks.empty());
  EXPECT_LE(entry.splay + entry.timeout, entry.every);
  EXPECT_GT(entry.timeout, 0s);
}

TEST(CollectorSettings, SayWhatIsWrongWithASchedule)
{
  EXPECT_THAT(complaint_of_schedule("check: a, every: 1m"), HasSubstr("expected a name"));
  EXPECT_THAT(complaint_of_schedule("name: a, every: 1m"), HasSubstr("expected one of `check: NAME`"));
  EXPECT_THAT(complaint_of_schedule("name: a, check: b, all: true, every: 1m"), HasSubstr("expected one of"));
  EXPECT_THAT(complaint_of_schedule("name: a, check: b"), HasSubstr("expected how often"));
  EXPECT_THAT(complaint_of_schedule("name: a, check: b, every: 0s"), HasSubstr("4:"));
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 10s, splay: 9s, timeout: 5s"),
      HasSubstr("turns would overlap"));
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 1m, arguments: [x]"), HasSubstr("a name of its own"));
  EXPECT_THAT(
      complaint_of_schedule("name: a, checks: [b, c], every: 1m, arguments: [x], as: d"),
      HasSubstr("single `check`"));
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 1m, arguments: [x], as: a/b"),
      HasSubstr("64 letters"));
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 1m, arguments: [x], as: b"),
      HasSubstr("not the name of the check"));
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 1m, arguments: ['x!y'], as: c"), HasSubstr("'!'"));
  EXPECT_THAT(complaint_of_schedule("name: a, all: true, every: 1m, as: c"), HasSubstr("as"));
  EXPECT_THAT(complaint_of_schedule("name: a, check: b, every: 1m, filter: '/('"), HasSubstr("missing"));
  EXPECT_THAT(complaint_of_schedule("name: a, check: b, every: 1m, colour: red"), HasSubstr("colour"));
  EXPECT_THAT(complaint_of_schedule("name: a/b, check: b, every: 1m"), HasSubstr("64 letters"));
}

TEST(CollectorSettings, RefuseTwoSchedulesOfOneName)
{
  EXPECT_THAT(
      complaint("schedules:\n  - {name: a, check: b, every: 1m}\n  - {name: a, check: c, every: 1m}\n"),
      HasSubstr("there is a schedule a already"));
}

TEST(CollectorSettings, LetTheScheduleThatNamesACheckRuleItAndTheOneOfAllTheRest)
{
  const auto settings = parse(
      "state: {max_attempts: 4, retry: 10s}\n"
      "schedules:\n"
      "  - {name: all, all: true, every: 10m, splay: 1m, timeout: 10s}\n"
      "  - {name: load, check: load, every: 1m, splay: 10s, timeout: 5s, freshness: 3m, max_attempts: 1}\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  const auto load = rules_of(*settings, "load");
  EXPECT_EQ(load.interval, 1min);
  EXPECT_EQ(load.freshness, 3min);
  EXPECT_EQ(load.max_attempts, 1);
  const auto other = rules_of(*settings, "other");
  EXPECT_EQ(other.interval, 10min);
  EXPECT_EQ(other.freshness, 2 * 10min + 1min + 10s + 10s);
  EXPECT_EQ(other.max_attempts, 4);
  EXPECT_EQ(other.retry, 10s);
}

TEST(CollectorSettings, ReadWhatTheHistoryKeepsForHowLong)
{
  const ArchivePlan expected{
      {Consolidation::average, 1min, 48h},
      {Consolidation::maximum, 1min, 48h},
      {Consolidation::average, 6h, 24h * 730}};
  for (const std::string text :
       {"'1m for 2d: AVERAGE MAX; 6h for 2y: AVERAGE'", "['1m for 2d: AVERAGE MAX', '6h for 2y: AVERAGE']"}) {
    const auto settings = parse("history: {archives: " + text + "}\n");
    ASSERT_TRUE(settings) << settings.error().front().message;
    EXPECT_EQ(settings->history.history.archives, expected) << text;
  }
  EXPECT_EQ(parse("history: {archives: full}\n")->history.history.archives, full_archives());
  EXPECT_EQ(parse("history: {archives: small}\n")->history.history.archives, small_archives());
  EXPECT_THAT(complaint("history: {archives: '90s for 2d: AVERAGE'}\n"), HasSubstr("whole minutes"));
  EXPECT_THAT(complaint("history: {archives: '1m for 2d: MEDIAN'}\n"), HasSubstr("AVERAGE, MIN or MAX"));
}

TEST(CollectorSettings, ReadHistoryStateAndDependencies)
{
  const auto settings = parse(
      "history: {dir: rrd, archives: small, layout: pnp4nagios, rrdcached: /run/rrdcached.sock}\n"
      "state: {flapping: false, loss_of_many: 20, vanished_after: 48h}\n"
      "dependencies: [{check: http, 'on': network}, {node: router1}]\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->history.history.layout.root, "/etc/muster/rrd");
  EXPECT_EQ(settings->history.history.layout.style, LayoutStyle::pnp4nagios);
  EXPECT_EQ(settings->history.rrdcached_socket, "/run/rrdcached.sock");
  EXPECT_FALSE(settings->checks.flapping.enabled);
  EXPECT_EQ(settings->mass.at_least, 20U);
  EXPECT_EQ(settings->nodes.vanished_after, 48h);
  EXPECT_EQ(settings->dependencies.at(0).parent_check, "network");
  EXPECT_EQ(settings->dependencies.at(1).parent_node, "router1");
}

TEST(CollectorSettings, SayWhichNodesADependencyIsAbout)
{
  const auto settings = parse(
      "dependencies:\n"
      "  - {filter: site=berlin, node: router1}\n"
      "  - {select: 'site=berlin and not /^db/', check: http, node: router1, 'on': uplink}\n"
      "  - {nodes: [web1, web2], 'on': network}\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->dependencies.at(0).filter.facts.at(0).value, "berlin");
  EXPECT_EQ(settings->dependencies.at(1).filter.compound, "site=berlin and not /^db/");
  EXPECT_EQ(settings->dependencies.at(2).names, (std::vector<std::string>{"web1", "web2"}));
  EXPECT_THAT(complaint("dependencies: [{filter: '/(/', node: r1}]\n"), HasSubstr("missing )"));
  EXPECT_THAT(
      complaint("dependencies: [{select: \"nrpe('a').exitcode=0\", node: r1}]\n"),
      HasSubstr("data functions"));
}

TEST(CollectorSettings, TakeStatementsOfASchedule)
{
  const auto settings = parse(
      "schedules: [{name: a, check: b, every: 1m, filter: web, select: \"not nrpe('c').exitcode=3\"}]\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->schedules.at(0).filter.classes, std::vector<std::string>{"web"});
  EXPECT_EQ(settings->schedules.at(0).filter.compound, "not nrpe('c').exitcode=3") << "the nodes decide";
  EXPECT_THAT(
      complaint_of_schedule("name: a, check: b, every: 1m, select: 'a and'"), HasSubstr("character 6"));
}

TEST(CollectorSettings, RefuseWordsTheyDoNotKnow)
{
  EXPECT_THAT(complaint("history: {archives: huge}\n"), HasSubstr("full, small, or a list"));
  EXPECT_THAT(complaint("history: {layout: other}\n"), HasSubstr("muster or pnp4nagios"));
  EXPECT_THAT(complaint("dependencies: [{check: http}]\n"), HasSubstr("depends on"));
  EXPECT_THAT(complaint("dependencies: http\n"), HasSubstr("list"));
  EXPECT_THAT(complaint("audit: some\n"), HasSubstr("all, changes or off"));
  EXPECT_THAT(complaint("statr: {}\n"), HasSubstr("statr"));
}

}  // namespace
}  // namespace muster::collector
