// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* head =
    "identity: nagios-bridge@mon1\n"
    "brokers: [mqtt://127.0.0.1]\n";
constexpr const char* sinks = "sinks: [{kind: file, path: told.jsonl}]\n";

std::string complaint(const std::string& text)
{
  const auto settings = parse_settings("/etc/muster/nagios-bridge.yaml", text);
  std::string all;
  if (!settings) {
    for (const auto& error : settings.error()) {
      all += error.message + "\n";
    }
  }
  return all;
}

TEST(BridgeSettings, HaveADefaultForEverythingButWhoAndWhere)
{
  const auto settings = parse_settings("/etc/muster/nagios-bridge.yaml", std::string{head} + sinks);
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->queue.bytes, std::uint64_t{1} << 30U);
  EXPECT_EQ(settings->queue_file(), "/var/lib/muster/nagios-bridge/queue.db");
  EXPECT_EQ(settings->key, "/etc/muster/keys/nagios-bridge@mon1.key");
  EXPECT_EQ(settings->intake.node_patience, 30s);
  EXPECT_EQ(settings->intake.history, Intake::History::last);
  EXPECT_TRUE(settings->own_check.host.empty());
  EXPECT_TRUE(settings->metrics_file.empty());
  ASSERT_EQ(settings->sinks.size(), 1U);
  EXPECT_EQ(settings->sinks[0].name, "file");
}

TEST(BridgeSettings, NameTheNagiosesWhoseChecksAreRun)
{
  const auto settings = parse_settings(
      "/etc/muster/nagios-bridge.yaml",
      std::string{head} + sinks +
          "nagios_workers: [{}, {query_socket: a.qh, plugin: check_fleet, max_jobs: 7}]\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  ASSERT_EQ(settings->nagios_workers.size(), 2U);
  EXPECT_EQ(settings->nagios_workers[0].query_socket, "/var/lib/nagios4/rw/nagios.qh");
  EXPECT_EQ(settings->nagios_workers[0].plugin, "check_mco");
  EXPECT_EQ(settings->nagios_workers[1].query_socket, "/etc/muster/a.qh");
  EXPECT_EQ(settings->nagios_workers[1].plugin, "check_fleet");
  EXPECT_EQ(settings->nagios_workers[1].max_jobs, 7U);
}

TEST(BridgeSettings, RefuseAWorkerThatNagiosCouldNotRegister)
{
  const auto wrong = [](const std::string& worker) {
    return complaint(std::string{head} + sinks + "nagios_workers: " + worker + "\n");
  };
  EXPECT_THAT(wrong("[{plugin: \"a;b\"}]"), HasSubstr("expected the name of a plugin"));
  EXPECT_THAT(wrong("[{max_jobs: 0}]"), HasSubstr("max_jobs"));
  EXPECT_THAT(wrong("[{query_socket: /" + std::string(120, 'a') + "}]"), HasSubstr("at most 107 bytes"));
  EXPECT_THAT(wrong("[{socket: /a}]"), HasSubstr("socket"));
  EXPECT_THAT(wrong("check_mco"), HasSubstr("expected a list"));
  EXPECT_THAT(wrong("[check_mco]"), HasSubstr("query_socket"));
}

TEST(BridgeSettings, ReadEveryKey)
{
  const auto settings = parse_settings(
      "/etc/muster/nagios-bridge.yaml",
      std::string{head} +
          "queue: {size: 64M}\nhistory: all\nnode_patience: 5m\nstate_dir: state\nmetrics_file: bridge.prom\n"
          "own_check: {host: mon1, service: Bridge, every: 30s}\n"
          "sinks:\n  - {kind: file, name: one, path: /a}\n  - {kind: file, name: two, path: /b, owner_only: "
          "true}\n");
  ASSERT_TRUE(settings) << settings.error().front().message;
  EXPECT_EQ(settings->queue.bytes, std::uint64_t{64} << 20U);
  EXPECT_EQ(settings->intake.history, Intake::History::all);
  EXPECT_EQ(settings->intake.node_patience, 5min);
  EXPECT_EQ(settings->state_dir, "/etc/muster/state");
  EXPECT_EQ(settings->metrics_file, "/etc/muster/bridge.prom");
  EXPECT_EQ(settings->own_check.service, "Bridge");
  EXPECT_EQ(settings->sinks[1].name, "two");
}

TEST(BridgeSettings, SayWhatIsWrongAndWhere)
{
  EXPECT_THAT(
      complaint(std::string{"identity: collector@mon1\nbrokers: [mqtt://127.0.0.1]\n"} + sinks),
      HasSubstr("nagios-bridge@HOST"));
  EXPECT_THAT(complaint(head), HasSubstr("expected a list of one to 20 monitors"));
  EXPECT_THAT(
      complaint(std::string{head} + "sinks: []\n"), HasSubstr("expected a list of one to 20 monitors"));
  EXPECT_THAT(
      complaint(std::string{head} + "sinks: [{kind: nagois}]\n"),
      HasSubstr("3:16: kind: expected the kind of monitor: file"));
  EXPECT_THAT(complaint(std::string{head} + "sinks: [{kind: file}]\n"), HasSubstr("expected the file"));
  EXPECT_THAT(complaint(std::string{head} + "sinks: [{kind: file, path: a, paht: b}]\n"), HasSubstr("paht"));
  EXPECT_THAT(
      complaint(std::string{head} + "sinks: [{kind: file, path: a}, {kind: file, path: b}]\n"),
      HasSubstr("expected another name"));
  EXPECT_THAT(
      complaint(std::string{head} + "sinks: [{kind: file, name: a/b, path: a}]\n"),
      HasSubstr("[A-Za-z0-9_-]"));
  EXPECT_THAT(complaint(std::string{head} + sinks + "history: some\n"), HasSubstr("expected last or all"));
  EXPECT_THAT(complaint(std::string{head} + sinks + "queue: {size: 10}\n"), HasSubstr("size"));
}

}  // namespace
}  // namespace muster::bridge
