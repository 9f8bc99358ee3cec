// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/model/mapping.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Time noon{std::chrono::seconds{1'795'348'800}};

QueuedItem result_of(std::string node, std::string check)
{
  CheckResult result;
  result.check = std::move(check);
  result.state = CheckState::critical;
  result.summary = "97 % full";
  result.details = "below /srv";
  result.perfdata = "a=1";
  result.started = noon;
  result.finished = noon + 2s;
  QueuedItem item;
  item.ticket = 17;
  item.node = std::move(node);
  item.what = result;
  return item;
}

QueuedItem state_of(std::string node, HostState state)
{
  QueuedItem item;
  item.node = std::move(node);
  item.what = std::move(state);
  return item;
}

NameTemplate host_name(std::string_view text)
{
  return NameTemplate::parse(text, placeholders_of_hosts()).value();
}

NameTemplate service_name(std::string_view text)
{
  return NameTemplate::parse(text, placeholders_of_services()).value();
}

HostState down(bool stopped)
{
  return {false, noon, "", stopped};
}

}  // namespace

TEST(Mapping, KeepsNamesAndEverythingElseIfNothingIsSaid)
{
  const Mapping mapping{Monitor::nagios, {}};
  const auto result = mapping.map(result_of("web1.example.net", "check_disk")).value();
  EXPECT_EQ(17, result.ticket);
  EXPECT_EQ("web1.example.net", result.host);
  EXPECT_EQ("check_disk", result.service);
  EXPECT_EQ(2, result.state);
  EXPECT_EQ("97 % full", result.summary);
  EXPECT_EQ("below /srv", result.details);
  EXPECT_EQ("a=1", result.perfdata);
  EXPECT_EQ(noon, result.started);
  EXPECT_EQ(noon + 2s, result.finished);
  EXPECT_EQ("web1.example.net", result.source);
  EXPECT_FALSE(result.lifetime);
  EXPECT_FALSE(mapping.refusal(result));
}

TEST(Mapping, NamesHostsAndServicesByTemplatesAndBeforeThatByTables)
{
  MappingRules rules;
  rules.hosts.name = host_name("{short}-{{{domain}}}");
  rules.hosts.table = {{"db1.example.net", "database"}};
  rules.services.name = service_name("{bare} of {short}");
  rules.services.table = {{"check_load", "CPU Load"}};
  const Mapping mapping{Monitor::icinga, rules};
  EXPECT_EQ("web1-{example.net}", mapping.host_name("web1.example.net"));
  EXPECT_EQ("alone-{}", mapping.host_name("alone"));
  EXPECT_EQ("database", mapping.host_name("db1.example.net"));
  EXPECT_EQ("disk of web1", mapping.service_name("web1.example.net", "check_disk"));
  EXPECT_EQ("users of web1", mapping.service_name("web1.example.net", "users"));
  EXPECT_EQ("CPU Load", mapping.service_name("web1.example.net", "check_load"));
}

TEST(Mapping, LeavesOutWhatTheMonitorShallNotSee)
{
  MappingRules rules;
  ASSERT_TRUE(rules.hosts.only.add("/^web/"));
  ASSERT_TRUE(rules.hosts.except.add("web9"));
  ASSERT_TRUE(rules.services.except.add("/secret$/"));
  const Mapping mapping{Monitor::nagios, rules};
  EXPECT_TRUE(mapping.map(result_of("web1", "check_disk")));
  EXPECT_FALSE(mapping.map(result_of("web9", "check_disk")));
  EXPECT_FALSE(mapping.map(result_of("db1", "check_disk")));
  EXPECT_FALSE(mapping.map(result_of("web1", "check_secret")));
  EXPECT_TRUE(mapping.map(state_of("web1", {})));
  EXPECT_FALSE(mapping.map(state_of("db1", {})));
}

TEST(Mapping, TellsTimesByOurClock)
{
  auto item = result_of("web1", "check_disk");
  item.ahead = -90s;
  const auto late = Mapping{Monitor::nagios, {}}.map(item).value();
  EXPECT_EQ(noon + 90s, late.started);
  EXPECT_EQ(noon + 92s, late.finished);
  auto host = state_of("web1", down(false));
  host.ahead = -90s;
  EXPECT_EQ(noon, Mapping(Monitor::nagios, {}).map(host).value().finished) << "it is we who saw it";
}

TEST(Mapping, NeverTellsARunThatEndedBeforeItBegan)
{
  auto item = result_of("web1", "check_disk");
  std::get<CheckResult>(item.what).finished = noon - 1h;
  const auto result = Mapping{Monitor::nagios, {}}.map(item).value();
  EXPECT_EQ(noon - 1h, result.started);
  EXPECT_EQ(noon - 1h, result.finished);
}

TEST(Mapping, TellsThatAHostIsDownAndSinceWhen)
{
  const auto gone = Mapping{Monitor::nagios, {}}.map(state_of("web1", down(false))).value();
  EXPECT_EQ("web1", gone.host);
  EXPECT_EQ("", gone.service);
  EXPECT_EQ(1, gone.state);
  EXPECT_EQ("gone since 2026-11-22T12:00:00.000Z", gone.summary);
  EXPECT_EQ(noon, gone.finished);
  const auto told = Mapping{Monitor::nagios, {}}.map(state_of("web1", {false, noon, "no sign of life"}));
  EXPECT_EQ("no sign of life since 2026-11-22T12:00:00.000Z", told.value().summary);
  EXPECT_EQ(0, Mapping(Monitor::nagios, {}).map(state_of("web1", {true, noon, ""})).value().state);
}

TEST(Mapping, TellsThatACheckagentWasStoppedInGoodOrderAsItIsTold)
{
  MappingRules rules;
  const auto item = state_of("web1", down(true));
  const auto usual = Mapping{Monitor::nagios, rules}.map(item).value();
  EXPECT_EQ(1, usual.state);
  EXPECT_THAT(usual.summary, HasSubstr("stopped by somebody, in good order, since 2026-11-22"));
  rules.stopped = WhenStopped::up;
  EXPECT_EQ(0, Mapping(Monitor::nagios, rules).map(item).value().state);
  EXPECT_EQ(1, Mapping(Monitor::nagios, rules).map(state_of("web1", down(false))).value().state);
  rules.stopped = WhenStopped::ignore;
  EXPECT_FALSE(Mapping(Monitor::nagios, rules).map(item));
  EXPECT_TRUE(Mapping(Monitor::nagios, rules).map(state_of("web1", down(false))));
}

TEST(Mapping, TellsNoHostStatesIfTheMonitorFindsThemOutItself)
{
  MappingRules rules;
  rules.host_states = false;
  EXPECT_FALSE(Mapping(Monitor::nagios, rules).map(state_of("web1", down(false))));
  EXPECT_TRUE(Mapping(Monitor::nagios, rules).map(result_of("web1", "check_disk")));
}

TEST(Mapping, GivesLifetimesByTheFirstRuleThatHasTheCheck)
{
  MappingRules rules;
  LifetimeRule slow;
  ASSERT_TRUE(slow.checks.add("/^check_apt/"));
  slow.lifetime = 48h;
  rules.lifetimes = {slow};
  rules.lifetime = 10min;
  const Mapping mapping{Monitor::icinga, rules};
  EXPECT_EQ(48h, mapping.map(result_of("web1", "check_apt_all")).value().lifetime);
  EXPECT_EQ(10min, mapping.map(result_of("web1", "check_load")).value().lifetime);
  EXPECT_FALSE(mapping.map(state_of("web1", {})).value().lifetime) << "it is told when it changes only";
}

TEST(Mapping, RefusesNamesThatTheMonitorCannotHaveAndSaysWhy)
{
  MappingRules rules;
  rules.services.table = {{"a", "CPU (1)"}, {"b", "a!b"}, {"c", "a;b"}, {"d", "a\nb"}};
  const auto why = [&rules](Monitor monitor, const std::string& check) {
    const Mapping mapping{monitor, rules};
    return mapping.refusal(mapping.map(result_of("web1", check)).value()).value_or("");
  };
  EXPECT_EQ(
      "service 'CPU (1)' is no name for nagios: '(' cannot be in a name there", why(Monitor::nagios, "a"));
  EXPECT_EQ("", why(Monitor::icinga, "a"));
  EXPECT_THAT(why(Monitor::icinga, "b"), HasSubstr("'!' cannot be"));
  EXPECT_THAT(why(Monitor::nagios, "c"), HasSubstr("';' cannot be"));
  EXPECT_EQ("", why(Monitor::icinga, "c"));
  EXPECT_EQ("", why(Monitor::file, "d"));
  EXPECT_THAT(why(Monitor::icinga, "d"), HasSubstr("'a\\nb' is no name for icinga: it holds a control"));
  rules.illegal = "&";
  EXPECT_EQ("", why(Monitor::nagios, "a"));
  EXPECT_THAT(why(Monitor::nagios, "c"), HasSubstr("';' cannot be"));
}

TEST(MonitorNames, AreNothingThatMeansMoreThanAName)
{
  const auto nagios = [](ObjectKind kind, std::string_view name) {
    return name_fault(Monitor::nagios, kind, name, "").has_value();
  };
  for (const auto* name : {"", "null", "a;b", "a\\", " a", "a ", "a\nb", "a\tb"}) {
    EXPECT_TRUE(nagios(ObjectKind::host, name)) << name;
    EXPECT_TRUE(nagios(ObjectKind::service, name)) << name;
  }
  for (const auto* name : {"*", "a,b", "!a"}) {
    EXPECT_TRUE(nagios(ObjectKind::host, name)) << name;
    EXPECT_FALSE(nagios(ObjectKind::service, name)) << name;
  }
  for (const auto* name : {"nullify", "a\\b", "#a", "{", "é"}) {
    EXPECT_FALSE(nagios(ObjectKind::host, name)) << name;
  }
}

TEST(Mapping, RefusesWhatNscaWouldCut)
{
  MappingRules rules;
  rules.services.table = {{"a", std::string(128, 'x')}};
  const auto result = Mapping{Monitor::nsca, rules}.map(result_of("web1", "a")).value();
  EXPECT_THAT(
      Mapping(Monitor::nsca, rules).refusal(result).value_or(""), HasSubstr("it is longer than 127 bytes"));
  EXPECT_FALSE(Mapping(Monitor::nrdp, rules).refusal(result));
}

TEST(Mapping, NeverTakesAServiceWithoutANameForItsHost)
{
  MappingRules rules;
  rules.services.name = service_name("{bare}");
  EXPECT_EQ("check_", Mapping(Monitor::nagios, rules).map(result_of("web1", "check_")).value().service);
}

TEST(NameTemplate, SaysWhereItIsWrongAndWhatMayStandThere)
{
  const auto where = [](std::string_view text) {
    const auto parsed = NameTemplate::parse(text, placeholders_of_hosts());
    return parsed ? -1 : static_cast<int>(parsed.error().at);
  };
  EXPECT_EQ(-1, where("{node}"));
  EXPECT_EQ(-1, where(""));
  EXPECT_EQ(2, where("a-{host}"));
  EXPECT_EQ(6, where("{node}}"));
  EXPECT_EQ(0, where("{node"));
  EXPECT_EQ(0, where("{check}"));
  EXPECT_EQ(
      "expected one of {node}, {short}, {domain}; a brace itself is written twice",
      NameTemplate::parse("{x}", placeholders_of_hosts()).error().message);
}

}  // namespace muster::bridge
