// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/mapping_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  MappingRules rules;
  std::vector<std::string> complaints;
};

Read read(std::string_view text, MappingRules usual = {})
{
  const auto document = runtime::read_yaml("b.yaml", text).value();
  runtime::Complaints complaints{"b.yaml"};
  Read result{
      read_mapping(runtime::SettingsReader{complaints, document.root}, complaints, std::move(usual)), {}};
  for (const auto& error : complaints.in_order()) {
    result.complaints.push_back(error.message);
  }
  return result;
}

}  // namespace

TEST(MappingSettings, ReadWhatTheHeaderShows)
{
  const auto [rules, complaints] = read(R"(hosts:
  name: "{short}"
  table: {db1.example.net: database}
  only: [/^web/, /^db/]
  except: web9.example.net
  stopped: ignore
  states: no
services:
  name: "{bare}"
  table: {check_load: CPU Load}
  except: [check_secret]
  lifetime: 10m
  lifetimes: {/^check_apt/: 2d, check_x: 1h}
illegal: "&"
)");
  EXPECT_THAT(complaints, IsEmpty());
  const Mapping mapping{Monitor::nagios, rules};
  EXPECT_EQ("web1", mapping.host_name("web1.example.net"));
  EXPECT_EQ("database", mapping.host_name("db1.example.net"));
  EXPECT_FALSE(mapping.host_name("web9.example.net"));
  EXPECT_FALSE(mapping.host_name("mail.example.net"));
  EXPECT_EQ("CPU Load", mapping.service_name("web1", "check_load"));
  EXPECT_EQ("disk", mapping.service_name("web1", "check_disk"));
  EXPECT_FALSE(mapping.service_name("web1", "check_secret"));
  EXPECT_EQ(48h, mapping.lifetime("check_apt"));
  EXPECT_EQ(1h, mapping.lifetime("check_x"));
  EXPECT_EQ(10min, mapping.lifetime("check_load"));
  EXPECT_EQ(WhenStopped::ignore, rules.stopped);
  EXPECT_FALSE(rules.host_states);
  EXPECT_EQ("&", rules.illegal);
}

TEST(MappingSettings, OfASinkStandAboveTheUsualOnes)
{
  const auto usual = read(R"(hosts: {name: "{short}", table: {a: one, b: two}, only: [/^web/]}
services: {lifetimes: {check_a: 1h}, lifetime: 5m})");
  const auto own = read(
      R"(hosts: {table: {b: three}, only: [/^db/]}
services: {lifetimes: {/check_/: 2h}})",
      usual.rules);
  EXPECT_THAT(own.complaints, IsEmpty());
  const Mapping mapping{Monitor::nagios, own.rules};
  EXPECT_EQ("db1", mapping.host_name("db1.example.net"));
  EXPECT_FALSE(mapping.host_name("web1"));
  EXPECT_EQ("one", own.rules.hosts.table.at("a"));
  EXPECT_EQ("three", own.rules.hosts.table.at("b"));
  EXPECT_EQ(2h, mapping.lifetime("check_a"));
  EXPECT_EQ(5min, mapping.lifetime("other"));
}

TEST(MappingSettings, AreComplainedAboutWithLineAndColumn)
{
  const auto complaints = read(R"(hosts:
  name: "{node}-{check}"
  tabel: {}
  only: [/(/]
  stopped: maybe
services:
  name: {check}
  table: {check_load: [x]}
  lifetime: 1s
  lifetimes: {/x: 1h, y: soon}
)")
                              .complaints;
  EXPECT_THAT(
      complaints,
      ElementsAre(
          "b.yaml:2:17: name: at character 8: expected one of {node}, {short}, {domain}; a brace itself is "
          "written twice",
          "b.yaml:3:3: unknown key 'tabel'; did you mean 'table'?",
          HasSubstr("b.yaml:4:10: only: "),
          "b.yaml:5:12: stopped: expected down, up or ignore",
          "b.yaml:7:9: name: expected a template in quotes, such as \"{node}\"",
          "b.yaml:8:11: table: expected the name that the monitor has for it",
          HasSubstr("b.yaml:9:13: lifetime: expected a time"),
          HasSubstr("b.yaml:10:15: lifetimes: expected a name, or an expression"),
          HasSubstr("b.yaml:10:26: y: expected a time")));
}

TEST(MappingSettings, AreTheUsualOnesIfNothingIsSaid)
{
  const auto [rules, complaints] = read("");
  EXPECT_THAT(complaints, IsEmpty());
  EXPECT_EQ("web1.example.net", Mapping(Monitor::nagios, rules).host_name("web1.example.net"));
  EXPECT_TRUE(rules.host_states);
}

}  // namespace muster::bridge
