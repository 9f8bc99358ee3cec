// SPDX-License-Identifier: Apache-2.0
// What mail programs, programs and Alertmanagers are given.
#include <sstream>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/notify/alert_book.hpp"
#include "collector/notify/http_delivery.hpp"
#include "collector/notify/mail_message.hpp"
#include "tests/unit/collector_notify/made_events.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using made::noon;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

Notification notification_of(const StoredEvent& event)
{
  auto notification = make_notification({made::notice(7, event)}, event.service);
  notification.collector = "collector@mon1";
  notification.receiver = "ops";
  return notification;
}

std::string mail_of(const StoredEvent& event)
{
  Receiver receiver;
  receiver.to = "ops@example.net";
  return mail_message(notification_of(event), receiver, noon, "ops.7");
}

std::vector<std::string> lines_of(const std::string& text)
{
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::string header_part(const std::string& mail)
{
  return mail.substr(0, mail.find("\n\n"));
}

TEST(Mails, SayWhoWhomWhatAndThatNobodyWroteThem)
{
  EXPECT_EQ(
      mail_of(made::state("web1", "check_disk")),
      "From: Muster <collector@mon1>\n"
      "To: ops@example.net\n"
      "Subject: CRITICAL: check_disk on web1\n"
      "Date: Sun, 22 Nov 2026 12:00:00 +0000\n"
      "Message-ID: <ops.7@mon1>\n"
      "Auto-Submitted: auto-generated\n"
      "MIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: quoted-printable\n"
      "X-Muster-Receiver: ops\n"
      "X-Muster-State: CRITICAL\n"
      "\n"
      "2026-11-22 12:00:00 UTC  CRITICAL: check_disk on web1 (was OK): disk full\n");
}

TEST(Mails, LetNobodyAddAHeader)
{
  auto event = made::state("web1\r\nBcc: evil@example.net", "disk\nX-Evil: 1\n\nbody");
  const auto headers = lines_of(header_part(mail_of(event)));
  EXPECT_THAT(headers, SizeIs(11));
  EXPECT_THAT(headers, Not(Contains(testing::StartsWith("Bcc"))));
  EXPECT_THAT(headers, Not(Contains(testing::StartsWith("X-Evil"))));
}

TEST(Mails, EncodeASubjectBeyondAsciiInWordsThatFit)
{
  const auto headers =
      lines_of(header_part(mail_of(made::state("web1", std::string(40, 'x') + "über größe ✓✓✓✓✓✓✓✓✓✓✓✓"))));
  std::size_t words = 0;
  for (const auto& line : headers) {
    if (const auto word = line.find("=?UTF-8?B?"); word != std::string::npos) {
      ++words;
      EXPECT_LE(line.size() - word, 75U) << line;
      EXPECT_THAT(line, EndsWith("?="));
    }
  }
  EXPECT_GE(words, 2U);
}

TEST(Mails, HaveNoLongLineAndNoByteBeyondAsciiInTheirText)
{
  auto event = made::state("web1", "check_disk");
  event.message = std::string(300, 'y') + " = größe \xff\x01 end";
  for (const auto& line : lines_of(mail_of(event))) {
    EXPECT_LE(line.size(), 76U);
    EXPECT_TRUE(
        std::all_of(line.begin(), line.end(), [](char byte) { return byte >= ' ' && byte < '\x7f'; }));
  }
  EXPECT_THAT(mail_of(event), HasSubstr("=C3=9F"));
}

TEST(Mails, GoToAddressesOnly)
{
  for (const auto* address : {"ops@example.net", "root", "a.b+c@host"}) {
    EXPECT_TRUE(is_mail_address(address)) << address;
  }
  for (const auto* address :
       {"", "a b@c", "a@b,c@d", "-oQ/tmp@x", "a\n@b", "<a@b>", "@b", "a@", "a@b@c", "ü@b"}) {
    EXPECT_FALSE(is_mail_address(address)) << address;
  }
}

TEST(Programs, AreGivenJson)
{
  auto event = made::state("web1", "check_disk");
  event.message = "\x1b[2J \"full\"\xff";
  const auto value = boost::json::parse(to_json(notification_of(event)));
  EXPECT_EQ(value.at("version").as_int64(), 1);
  EXPECT_EQ(value.at("collector").as_string(), "collector@mon1");
  EXPECT_EQ(value.at("state").as_string(), "CRITICAL");
  EXPECT_EQ(value.at("title").as_string(), "CRITICAL: check_disk on web1");
  const auto& told = value.at("events").as_array().at(0);
  EXPECT_EQ(told.at("id").as_int64(), 7);
  EXPECT_EQ(told.at("time").as_string(), "2026-11-22T12:00:00.000Z");
  EXPECT_EQ(told.at("before").as_string(), "OK");
  EXPECT_EQ(told.at("message").as_string(), "\x1b[2J \"full\"\xef\xbf\xbd");
}

TEST(Programs, AreGivenAnEnvironmentWithoutControlCharacters)
{
  auto event = made::state("web1", "check_disk\x1b[2J");
  const auto variables = environment_of(notification_of(event));
  EXPECT_THAT(variables, Contains(Pair("MUSTER_NODE", "web1")));
  EXPECT_THAT(variables, Contains(Pair("MUSTER_CHECK", "check_disk\\x1b[2J")));
  EXPECT_THAT(variables, Contains(Pair("MUSTER_EVENTS", "1")));
}

ActiveAlert alert(const std::string& node, CheckState state = CheckState::critical)
{
  return {{node, "check_disk", state}, noon - 1h, "disk full", ""};
}

std::map<AlertName, ActiveAlert> active(std::initializer_list<ActiveAlert> alerts)
{
  std::map<AlertName, ActiveAlert> map;
  for (const auto& one : alerts) {
    map.emplace(one.name, one);
  }
  return map;
}

TEST(Alerts, HaveTheLabelsThatPrometheusUsersKnow)
{
  const auto value = boost::json::parse(alerts_json({{alert("web1"), false}}, "collector@mon1", noon));
  EXPECT_EQ(
      value,
      boost::json::parse(
          R"([{"labels": {"alertname": "check_disk", "instance": "web1", "severity": "critical",
      "collector": "collector@mon1"}, "annotations": {"summary": "disk full"},
      "startsAt": "2026-11-22T11:00:00.000Z", "endsAt": "2026-11-22T12:10:00.000Z"}])"));
}

TEST(Alerts, AreToldAgainBeforeTheyEndByThemselves)
{
  AlertBook book;
  const auto all = active({alert("web1")});
  EXPECT_THAT(book.changes(all, noon), SizeIs(1));
  EXPECT_THAT(book.changes(all, noon), SizeIs(1)) << "nobody said that it arrived";
  book.told(book.changes(all, noon), noon);
  EXPECT_THAT(book.changes(all, noon + 59s), IsEmpty());
  EXPECT_THAT(book.changes(all, noon + 60s), SizeIs(1));
}

TEST(Alerts, EndOnceWhenTheProblemIsOver)
{
  AlertBook book;
  book.told(book.changes(active({alert("web1"), alert("web2")}), noon), noon);
  const auto over = book.changes(active({alert("web2")}), noon + 1s);
  ASSERT_THAT(over, SizeIs(1));
  EXPECT_TRUE(over.front().over);
  EXPECT_EQ(over.front().alert.name.node, "web1");
  EXPECT_THAT(alerts_json(over, "c", noon + 1s), HasSubstr(R"("endsAt":"2026-11-22T12:00:01.000Z")"));
  book.told(over, noon + 1s);
  EXPECT_THAT(book.changes(active({alert("web2")}), noon + 2s), IsEmpty());
}

TEST(Alerts, AreOthersWhenTheyGetWorse)
{
  AlertBook book;
  book.told(book.changes(active({alert("web1", CheckState::warning)}), noon), noon);
  const auto changes = book.changes(active({alert("web1", CheckState::critical)}), noon + 1s);
  ASSERT_THAT(changes, SizeIs(2)) << "one ends, one begins";
  EXPECT_TRUE(changes.front().over);
}

TEST(Alerts, GoInRequestsOfABoundedSize)
{
  AlertBook book;
  std::map<AlertName, ActiveAlert> all;
  for (int i = 0; i < 1200; ++i) {
    const auto one = alert("web" + std::to_string(i));
    all.emplace(one.name, one);
  }
  std::vector<std::size_t> sizes;
  for (auto changes = book.changes(all, noon); !changes.empty(); changes = book.changes(all, noon)) {
    sizes.push_back(changes.size());
    book.told(changes, noon);
  }
  EXPECT_THAT(sizes, ElementsAre(500, 500, 200));
}

using Outcome = DeliveryResult::Outcome;

DeliveryResult answer(unsigned status, const std::string& retry_after = "", const std::string& text = "")
{
  return meaning_of(status, retry_after, text, std::chrono::floor<std::chrono::seconds>(noon));
}

TEST(HttpAnswers, AreTakenForWhatTheyMean)
{
  for (const unsigned status : {200U, 202U, 204U}) {
    EXPECT_EQ(answer(status).outcome, Outcome::delivered);
  }
  for (const unsigned status : {408U, 425U, 429U, 500U, 503U}) {
    EXPECT_EQ(answer(status).outcome, Outcome::again) << status;
  }
  for (const unsigned status : {301U, 307U, 400U, 401U, 404U, 410U}) {
    EXPECT_EQ(answer(status).outcome, Outcome::refused) << status;
  }
  EXPECT_EQ(answer(404, "", "no such hook\nmore").why, "HTTP 404: no such hook");
}

TEST(HttpAnswers, MayWishForAPause)
{
  EXPECT_EQ(answer(429, "120").retry_after, 120s);
  EXPECT_EQ(answer(503, "Sun, 22 Nov 2026 12:05:00 GMT").retry_after, 300s);
  EXPECT_EQ(answer(503, "Sun, 22 Nov 2026 11:05:00 GMT").retry_after, 0s);
  for (const auto* nonsense : {"", "soon", "-5", "1.5", "Sun, 22 Nov 2026 12:05:00 GMT and more"}) {
    EXPECT_EQ(answer(503, nonsense).retry_after, std::nullopt) << nonsense;
  }
}

}  // namespace
}  // namespace muster::collector
