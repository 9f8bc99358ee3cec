// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/definitions.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/export/config_writer.hpp"
#include "nagios-bridge/export/export_names.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

ExportedNode web1()
{
  return {"web1.example.net", {{"country", "uk"}, {"", "web_server"}}, {"check_disk", "check_load"}};
}

Definitions defined(const std::vector<ExportedNode>& nodes, Monitor monitor, MappingRules rules = {})
{
  return define(nodes, Mapping{monitor, std::move(rules)}, {}, {});
}

}  // namespace

TEST(Definitions, AreTheSameBytesWhateverTheOrder)
{
  ExportedNode turned{
      "web1.example.net", {{"", "web_server"}, {"country", "uk"}}, {"check_load", "check_disk"}};
  turned.checks.push_back("check_load");
  const ExportedNode other{"db1", {}, {"check_x"}};
  EXPECT_EQ(
      nagios_files(defined({web1(), other}, Monitor::nagios), {}),
      nagios_files(defined({other, turned}, Monitor::nagios), {}));
}

TEST(Definitions, TellWhatTheMonitorCannotHaveOrWouldHaveTwice)
{
  MappingRules rules;
  rules.hosts.name = NameTemplate::parse("{short}", placeholders_of_hosts()).value();
  rules.services.table = {{"check_b", "same"}, {"check_c", "same"}};
  const auto definitions = defined(
      {{"web1.a", {}, {"bad;name", "check_b", "check_c"}}, {"web1.b", {}, {}}}, Monitor::nagios, rules);
  EXPECT_EQ(1U, definitions.hosts.size());
  EXPECT_THAT(
      definitions.faults,
      ElementsAre(
          "node 'web1.a': service 'bad;name' is no name for nagios: ';' cannot be in a name there",
          "node 'web1.a': another check is service 'same' already",
          "node 'web1.b': another node is host 'web1' already"));
}

TEST(Definitions, HaveChecksThatOnlySchedulesGiveAName)
{
  ExportRules rules;
  rules.also = {{"check_backup", {}}};
  ASSERT_TRUE(rules.also[0].nodes.add("/^db/"));
  const auto definitions = define(
      {{"db1", {}, {"check_a", "check_z"}}, {"web1", {}, {"check_a"}}},
      Mapping{Monitor::nagios, {}},
      rules,
      {});
  EXPECT_EQ("check_backup", definitions.hosts.at(0).services.at(1).name);
  EXPECT_EQ(1U, definitions.hosts.at(1).services.size());
}

TEST(Definitions, HaveTheBridgesOwnCheckOnAHostThatIsThere)
{
  ExportRules rules;
  rules.own = OwnService{"web1.example.net", "nagios-bridge", 180s};
  const Mapping mapping{Monitor::nagios, {}};
  const auto there = define({web1()}, mapping, rules, {});
  EXPECT_EQ("nagios-bridge", there.hosts.at(0).services.back().name);
  EXPECT_EQ(180s, there.hosts.at(0).services.back().freshness);
  const auto absent = define({{"db1", {}, {}}}, mapping, rules, {});
  EXPECT_THAT(
      absent.faults,
      ElementsAre("the bridge's own check is not written: define service 'nagios-bridge' of host "
                  "'web1.example.net' yourself"));
}

TEST(Definitions, TakeFreshnessFromTheMappingThenFromSchedulesThenFromTheSetting)
{
  MappingRules rules;
  LifetimeRule rule;
  ASSERT_TRUE(rule.checks.add("check_a"));
  rule.lifetime = 90s;
  rules.lifetimes = {rule};
  const Mapping mapping{Monitor::nagios, rules};
  ExportRules every;
  every.every = 10min;
  const ExportedNode node{"web1", {}, {"check_a", "check_b", "check_c"}};
  const auto freshness = [&](const Intervals& intervals) {
    std::vector<std::int64_t> seconds;
    for (const auto& service : define({node}, mapping, every, intervals).hosts.at(0).services) {
      seconds.push_back(service.freshness.value_or(0s).count());
    }
    return seconds;
  };
  EXPECT_THAT(freshness({{"check_b", 60s}}), ElementsAre(90, 180, 1260));
  EXPECT_THAT(freshness({{"check_b", 60s}, {"", 300s}}), ElementsAre(90, 180, 660));
}

TEST(GroupNames, StayTwoWhenTheirLettersAreChanged)
{
  EXPECT_EQ("muster-country-uk", group_name({"country", "uk"}));
  EXPECT_EQ("muster-class-role::web", group_name({"", "role::web"}));
  EXPECT_NE(group_name({"os", "a b"}), group_name({"os", "a_b"}));
  EXPECT_NE(group_name({"os", "a b"}), group_name({"os", "a,b"}));
  EXPECT_LE(group_name({"os", std::string(256, 'x')}).size(), 100U);
}

TEST(FileStems, FitIntoAFolder)
{
  EXPECT_EQ("web1.example.net", file_stem("web1.example.net"));
  EXPECT_LE(file_stem(std::string(253, 'a')).size(), 240U);
  EXPECT_NE('.', file_stem(".hidden").front());
  EXPECT_EQ(std::string::npos, file_stem("../../etc/passwd").find('/'));
}

TEST(WrittenNodes, AreReadBackAsTheyWere)
{
  ExportedNode node{"web1", {{"fact\n\"", "va\\lue;"}, {"", "a\\"}}, {"check_a", "check\nb", "}"}};
  put_in_order(node);
  const auto text = written_node(node);
  EXPECT_EQ(node, read_written_node(text + "define host {\n}\n"));
  EXPECT_EQ(2, std::count(text.begin(), text.end(), '\n')) << "nothing of it is a line of its own";
  EXPECT_FALSE(text.ends_with("\\\n"));
  EXPECT_FALSE(read_written_node("# by hand\n"));
  EXPECT_FALSE(read_written_node(std::string{export_marker} + "\n# node {}\n"));
}

TEST(WrittenIntervals, AreReadBackAsTheyWere)
{
  const Intervals intervals{{"", 300s}, {"check_a", 60s}};
  EXPECT_EQ(intervals, read_written_intervals(written_intervals(intervals)));
  EXPECT_FALSE(read_written_intervals(std::string{export_marker} + "\n"));
}

}  // namespace muster::bridge
