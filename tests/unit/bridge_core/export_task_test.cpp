// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export_task.hpp"

#include <gtest/gtest.h>

#include "nagios-bridge/naming.hpp"

namespace muster::bridge {

namespace {

constexpr const char* text = R"(identity: nagios-bridge@mon1
brokers: [mqtt://127.0.0.1]
mapping: {hosts: {name: "{short}"}, services: {table: {a: one}}}
export: {every: 5m}
own_check: {host: mon1, every: 60s}
sinks:
  - {kind: file, path: /a}
  - {kind: file, name: other, path: /b, mapping: {hosts: {name: "{node}!"}}}
)";

Settings settings()
{
  return parse_settings("/etc/muster/nagios-bridge.yaml", text).value();
}

std::string host_of(const Naming& naming, std::string node)
{
  QueuedItem item;
  item.node = std::move(node);
  item.what = HostState{};
  return naming.map(item).value().host;
}

}  // namespace

TEST(BridgeNaming, OfASinkIsThatOfAllWithItsOwnInPlaceOfIt)
{
  const auto all = settings();
  EXPECT_EQ("web1", host_of(all.sinks[0].naming, "web1.example.net"));
  EXPECT_EQ("web1.example.net!", host_of(all.sinks[1].naming, "web1.example.net"));
  EXPECT_EQ("one", all.sinks[1].mapping.services.table.at("a"));
}

TEST(BridgeNaming, RefusesWhatTheKindOfMonitorCannotHave)
{
  PassiveResult result;
  result.host = "web1!";
  EXPECT_TRUE(naming_by(monitor_behind("nagios"), {}).refuse(result));
  EXPECT_TRUE(naming_by(monitor_behind("icinga2"), {}).refuse(result));
  EXPECT_FALSE(naming_by(monitor_behind("file"), {}).refuse(result));
}

TEST(ExportTask, AsksAsTheBridgeAndNamesAsTheFirstSinkOfThatKind)
{
  const auto file = export_settings(settings(), Monitor::file);
  EXPECT_EQ("nagios-bridge@mon1", file.client.caller);
  EXPECT_EQ("/etc/muster/keys/nagios-bridge@mon1.key", file.client.key);
  EXPECT_EQ("web1", Mapping(Monitor::file, file.mapping).host_name("web1.example.net"));
  EXPECT_EQ(std::chrono::minutes{5}, file.rules.every);
  EXPECT_EQ("mon1", file.rules.own.value().host);
  EXPECT_EQ(std::chrono::seconds{180}, file.rules.own.value().freshness);
  const auto nagios = export_settings(settings(), Monitor::nagios);
  EXPECT_EQ("web1", Mapping(Monitor::nagios, nagios.mapping).host_name("web1.example.net"));
}

}  // namespace muster::bridge
