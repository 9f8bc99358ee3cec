// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/notify_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

struct Read {
  std::vector<Receiver> receivers;
  std::string complaints;
};

Read read(const std::string& text)
{
  const auto document = runtime::read_yaml("collector.yaml", text);
  EXPECT_TRUE(document) << document.error().message;
  runtime::Complaints complaints{"collector.yaml"};
  runtime::SettingsReader reader{complaints, document->root};
  const auto periods = read_periods(reader, complaints);
  Read result;
  result.receivers = read_receivers(reader, complaints, "/etc/muster", periods);
  reader.refuse_unknown_keys();
  for (const auto& error : complaints.in_order()) {
    result.complaints += error.message + "\n";
  }
  return result;
}

std::string complaint_of(const std::string& members)
{
  return read("notify:\n  - {" + members + "}\n").complaints;
}

TEST(NotifySettings, ReadEveryKindOfReceiver)
{
  const auto all = read(
      "notify:\n"
      "  - {name: pager, exec: [/usr/local/bin/page, --loud], states: [CRITICAL, OK], at_most: 3 per 1h}\n"
      "  - {name: chat, webhook: https://chat.example.net/hooks/x, ca: chat.pem, group_by: node, timeout: "
      "5s}\n"
      "  - {name: ops, mail: [ops@example.net, boss@example.net], from: muster@example.net, group_wait: 1m}\n"
      "  - {name: prometheus, alertmanager: 'http://127.0.0.1:9093', filter: location=de}\n");
  EXPECT_EQ(all.complaints, "");
  ASSERT_EQ(all.receivers.size(), 4U);
  const auto& pager = all.receivers[0];
  EXPECT_THAT(pager.command, ElementsAre("/usr/local/bin/page", "--loud"));
  EXPECT_THAT(pager.states, ElementsAre(true, false, true, false));
  EXPECT_EQ(pager.limit.most, 3U);
  EXPECT_EQ(pager.limit.within, 1h);
  EXPECT_EQ(pager.group_wait, 10s);
  EXPECT_TRUE(pager.events.contains(EventKind::nodes_lost));
  EXPECT_FALSE(pager.events.contains(EventKind::downtime_start)) << "only if it is asked for";
  EXPECT_EQ(all.receivers[1].ca, "/etc/muster/chat.pem");
  EXPECT_EQ(all.receivers[1].group_by, GroupBy::node);
  EXPECT_EQ(all.receivers[2].to, "ops@example.net, boss@example.net");
  EXPECT_EQ(all.receivers[3].group_wait, 1s);
}

TEST(NotifySettings, NameTheFaultAndItsPlace)
{
  EXPECT_THAT(complaint_of("exec: /bin/true"), HasSubstr("collector.yaml:2:5: name: expected a name"));
  EXPECT_THAT(complaint_of("name: a"), HasSubstr("expected one of `exec: [PROGRAM, …]`"));
  EXPECT_THAT(complaint_of("name: a, exec: /bin/true, mail: root"), HasSubstr("expected one of `exec:"));
  EXPECT_THAT(complaint_of("name: a, exec: page"), HasSubstr("expected the program's whole path"));
  EXPECT_THAT(complaint_of("name: a, webhook: 'ftp://x'"), HasSubstr("begins with http:// or https://"));
  EXPECT_THAT(complaint_of("name: a, mail: 'a b'"), HasSubstr("expected addresses"));
  EXPECT_THAT(
      complaint_of("name: a, mail: root, states: [BAD]"), HasSubstr("expected OK, WARNING, CRITICAL"));
  EXPECT_THAT(complaint_of("name: a, mail: root, events: [node_new]"), HasSubstr("expected a kind of event"));
  EXPECT_THAT(complaint_of("name: a, mail: root, at_most: 20"), HasSubstr("20 per 10m"));
  EXPECT_THAT(complaint_of("name: a, mail: root, at_most: 0 per 1m"), HasSubstr("20 per 10m"));
  EXPECT_THAT(complaint_of("name: a, mail: root, at_most: 2 per week"), HasSubstr("at_most"));
  EXPECT_THAT(
      complaint_of("name: a, mail: root, group_by: site"), HasSubstr("expected check, node, all or none"));
  EXPECT_THAT(complaint_of("name: a, mail: root, filter: '/(/'"), HasSubstr("missing )"));
  EXPECT_THAT(complaint_of("name: a, mail: root, select: 'a and'"), HasSubstr("character 6"));
  EXPECT_THAT(
      complaint_of("name: a, mail: root, select: \"nrpe('b').exitcode=0\""),
      HasSubstr("cannot ask data functions"));
  EXPECT_THAT(complaint_of("name: a, mail: root, period: night"), HasSubstr("there is no night"));
}

TEST(NotifySettings, LetNobodyBelieveInWhatHasNoEffect)
{
  EXPECT_THAT(complaint_of("name: a, exec: /bin/true, from: a@b"), HasSubstr("from"));
  EXPECT_THAT(complaint_of("name: a, webhook: 'http://x', ca: y"), HasSubstr("ca"));
  EXPECT_THAT(complaint_of("name: a, alertmanager: 'http://x', at_most: 1 per 1h"), HasSubstr("at_most"));
}

TEST(NotifySettings, NeedANameOfItsOwnForEach)
{
  EXPECT_THAT(
      read("notify:\n  - {name: a, mail: root}\n  - {name: a, mail: root}\n").complaints,
      HasSubstr("there is a receiver a already"));
}

TEST(NotifySettings, KnowPeriodsByTheirNames)
{
  const auto all = read(
      "periods: {work: 'mon-fri 08:00-18:00 Europe/Berlin'}\n"
      "notify:\n  - {name: a, mail: root, period: work}\n");
  EXPECT_EQ(all.complaints, "");
  ASSERT_EQ(all.receivers.size(), 1U);
  const Time monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  EXPECT_FALSE(all.receivers[0].period.contains(monday + 6h + 59min));
  EXPECT_TRUE(all.receivers[0].period.contains(monday + 7h)) << "eight in Berlin, in winter";
  const Time in_summer{std::chrono::sys_days{std::chrono::year{2026} / 7 / 20}};
  EXPECT_TRUE(all.receivers[0].period.contains(in_summer + 6h)) << "eight in Berlin, in summer";
}

TEST(NotifySettings, ComplainAboutPeriodsThatCannotBeRead)
{
  EXPECT_THAT(read("periods: {a: 'mon 25:00-26:00'}\n").complaints, HasSubstr("collector.yaml:1:"));
  EXPECT_THAT(read("periods: {a: 'mon 08:00-09:00 Europe/Nowhere'}\n").complaints, HasSubstr("no time zone"));
  EXPECT_THAT(read("periods: [a]\n").complaints, HasSubstr("expected at most 100 names"));
  EXPECT_THAT(read("periods: {a: [b]}\n").complaints, HasSubstr("expected times"));
}

}  // namespace
}  // namespace muster::collector
