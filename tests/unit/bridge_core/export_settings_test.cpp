// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct ReadRules {
  ExportRules rules;
  std::vector<std::string> complaints;
};

ReadRules read(std::string_view text)
{
  const auto document = runtime::read_yaml("b.yaml", text).value();
  runtime::Complaints complaints{"b.yaml"};
  ReadRules result{read_export_rules(runtime::SettingsReader{complaints, document.root}, complaints), {}};
  for (const auto& error : complaints.in_order()) {
    result.complaints.push_back(error.message);
  }
  return result;
}

}  // namespace

TEST(ExportSettings, ReadWhatTheHeaderShows)
{
  const auto [rules, complaints] = read(R"(facts: [country, environment]
classes: false
every: 5m
host_template: generic-host
service_template: generic-service
also: {check_backup: [/^db/]}
)");
  EXPECT_THAT(complaints, IsEmpty());
  EXPECT_THAT(rules.facts.value(), ElementsAre("country", "environment"));
  EXPECT_FALSE(rules.classes);
  EXPECT_EQ(5min, rules.every);
  EXPECT_EQ("generic-host", rules.host_template);
  EXPECT_EQ("generic-service", rules.service_template);
  ASSERT_EQ(1U, rules.also.size());
  EXPECT_EQ("check_backup", rules.also[0].name);
  EXPECT_TRUE(rules.also[0].nodes.has("db1"));
}

TEST(ExportSettings, AreComplainedAbout)
{
  const auto complaints = read(R"(host_template: "a;b"
every: soon
also: {check_x: [/(/], check_y: {}}
fact: []
)")
                              .complaints;
  EXPECT_THAT(
      complaints,
      ElementsAre(
          HasSubstr("b.yaml:1:16: host_template: expected the name of a template: "),
          HasSubstr("b.yaml:2:8: every: expected a time"),
          HasSubstr("b.yaml:3:18: check_x: "),
          HasSubstr("b.yaml:3:33: check_y: "),
          HasSubstr("b.yaml:4:1: unknown key 'fact'; did you mean 'facts'?")));
}

}  // namespace muster::bridge
