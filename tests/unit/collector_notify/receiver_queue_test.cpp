// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/receiver_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collector_notify/made_events.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using made::noon;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Outcome = DeliveryResult::Outcome;

const DeliveryResult delivered{};
const DeliveryResult away{Outcome::again, "connection refused", std::nullopt};

Receiver ops()
{
  Receiver receiver;
  receiver.name = "ops";
  return receiver;
}

class AQueue : public testing::Test {
protected:
  void add(StoredEvent event, Time queued = noon) { queue.add(made::notice(++id, std::move(event), queued)); }

  // Tells all that may be told now; what was told.
  std::vector<std::string> tell_all(Time now)
  {
    std::vector<std::string> titles;
    while (const auto notification = queue.next(now)) {
      titles.push_back(notification->title);
      queue.ended(delivered, now);
    }
    return titles;
  }

  void use(const Receiver& receiver) { queue = ReceiverQueue{receiver}; }

  std::int64_t id = 0;
  ReceiverQueue queue{ops()};
};

TEST_F(AQueue, WaitsForWhatBelongsTogether)
{
  add(made::state("web1", "check_disk"));
  EXPECT_FALSE(queue.next(noon + 9s));
  add(made::state("web2", "check_disk"), noon + 9s);
  add(made::state("web1", "check_load"), noon + 9s);
  EXPECT_THAT(tell_all(noon + 10s), ElementsAre("CRITICAL: check_disk on web1 and 1 more"));
  EXPECT_THAT(tell_all(noon + 19s), ElementsAre("CRITICAL: check_load on web1"));
}

TEST_F(AQueue, GroupsByNodeByNothingOrAltogetherAsItIsTold)
{
  const auto titles_by = [this](GroupBy by) {
    auto receiver = ops();
    receiver.group_by = by;
    use(receiver);
    add(made::state("web1", "check_disk"));
    add(made::state("web2", "check_disk"));
    add(made::state("web1", "check_load"));
    return tell_all(noon + 1min);
  };
  EXPECT_THAT(titles_by(GroupBy::check), SizeIs(2));
  EXPECT_THAT(
      titles_by(GroupBy::node),
      ElementsAre("CRITICAL: check_disk on web1 and 1 more", "CRITICAL: check_disk on web2"));
  EXPECT_THAT(titles_by(GroupBy::each), SizeIs(3));
  EXPECT_THAT(titles_by(GroupBy::all), ElementsAre("CRITICAL: check_disk on web1 and 2 more"));
}

TEST_F(AQueue, DeliversOneAtATime)
{
  add(made::state("web1", "check_disk"));
  add(made::state("web1", "check_load"));
  EXPECT_TRUE(queue.next(noon + 10s));
  EXPECT_FALSE(queue.next(noon + 10s));
  queue.ended(delivered, noon + 11s);
  EXPECT_TRUE(queue.next(noon + 11s));
}

TEST_F(AQueue, NamesWhatWasDeliveredSoThatItLeavesTheStore)
{
  add(made::state("web1", "check_disk"));
  add(made::state("web2", "check_disk"));
  ASSERT_TRUE(queue.next(noon + 10s));
  EXPECT_THAT(queue.take_done(), IsEmpty()) << "it is under way";
  queue.ended(delivered, noon + 10s);
  EXPECT_THAT(queue.take_done(), ElementsAre(1, 2));
  EXPECT_THAT(queue.take_done(), IsEmpty());
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(AQueue, SumsUpInItsLastNotificationWhatIsBeyondTheLimit)
{
  for (int node = 0; node < 57; ++node) {
    add(made::state("web" + std::to_string(node), "check" + std::to_string(node)));
  }
  const auto titles = tell_all(noon + 10s);
  ASSERT_THAT(titles, SizeIs(20));
  EXPECT_EQ(titles.at(18), "CRITICAL: check18 on web18");
  EXPECT_EQ(titles.back(), "CRITICAL: check19 on web19 and 37 more");
  EXPECT_EQ(queue.waiting(), 0U) << "nothing is dropped";
}

TEST_F(AQueue, TellsNothingBeyondTheLimitUntilItsTimeHasPassed)
{
  auto receiver = ops();
  receiver.limit = {2, 10min};
  use(receiver);
  add(made::state("web1", "a"));
  add(made::state("web1", "b"));
  EXPECT_THAT(tell_all(noon + 10s), SizeIs(2));
  add(made::state("web1", "c"), noon + 20s);
  add(made::state("web1", "d"), noon + 20s);
  EXPECT_THAT(tell_all(noon + 10min), IsEmpty());
  EXPECT_THAT(tell_all(noon + 10min + 10s), SizeIs(2));
}

TEST_F(AQueue, DoublesThePauseWithEachFailureInARowUpToFiveMinutes)
{
  add(made::state("web1", "check_disk"));
  auto now = noon + 10s;
  std::vector<std::chrono::seconds> pauses;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(queue.next(now));
    queue.ended(away, now);
    const auto failed = now;
    while (true) {
      now += 1s;
      auto copy = queue;
      if (copy.next(now)) {
        break;
      }
    }
    pauses.push_back(std::chrono::floor<std::chrono::seconds>(now - failed));
  }
  EXPECT_THAT(pauses, ElementsAre(5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s));
  EXPECT_EQ(queue.waiting(), 1U);
}

TEST_F(AQueue, WaitsAsLongAsTheReceiverWishesButNoDay)
{
  add(made::state("web1", "check_disk"));
  ASSERT_TRUE(queue.next(noon + 10s));
  queue.ended({Outcome::again, "HTTP 429", 2min}, noon + 10s);
  EXPECT_FALSE(queue.next(noon + 2min));
  ASSERT_TRUE(queue.next(noon + 2min + 10s));
  queue.ended({Outcome::again, "HTTP 429", 24h}, noon + 3min);
  EXPECT_TRUE(queue.next(noon + 1h + 3min));
}

TEST_F(AQueue, DoesNotWaitForAClockThatWasSetBack)
{
  add(made::state("web1", "check_disk"));
  ASSERT_TRUE(queue.next(noon + 10s));
  queue.ended(away, noon + 10s);
  EXPECT_TRUE(queue.next(noon - 24h));
}

TEST_F(AQueue, TellsOfEverythingOnceTheReceiverIsBack)
{
  add(made::state("web1", "check_disk"));
  ASSERT_TRUE(queue.next(noon + 10s));
  queue.ended(away, noon + 10s);
  EXPECT_THAT(
      queue.problem(), HasSubstr("notifications to ops are not delivered since 2026-11-22 12:00:10 UTC"));
  EXPECT_THAT(queue.problem(), EndsWith("connection refused"));
  add(made::state("web1", "check_disk", CheckState::ok, CheckState::critical), noon + 12s);
  EXPECT_THAT(tell_all(noon + 1min), ElementsAre("CRITICAL: check_disk on web1 and 1 more"));
  EXPECT_EQ(queue.problem(), "");
}

TEST_F(AQueue, SaysSoWhenTheReceiverRefuses)
{
  add(made::state("web1", "check_disk"));
  ASSERT_TRUE(queue.next(noon + 10s));
  queue.ended({Outcome::refused, "HTTP 404: no\x1bhook", std::nullopt}, noon + 10s);
  EXPECT_THAT(queue.take_done(), ElementsAre(1));
  EXPECT_THAT(
      queue.take_reports(noon + 10s),
      ElementsAre("ops refused to be told of 1 event: HTTP 404: no\\x1bhook"));
  EXPECT_THAT(queue.problem(), HasSubstr("HTTP 404")) << "until one is taken";
  EXPECT_EQ(queue.counters().lost, 1U);
}

TEST_F(AQueue, GivesUpADayAfterTheFirstTryAndSaysSo)
{
  add(made::state("web1", "check_disk"));
  Time now = noon + 10s;
  while (now < noon + 25h && queue.waiting() > 0) {
    if (queue.next(now)) {
      queue.ended(away, now);
    }
    now += 1min;
  }
  EXPECT_GE(now, noon + 24h);
  EXPECT_THAT(queue.take_done(), ElementsAre(1));
  const auto reports = queue.take_reports(now);
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_THAT(reports.front(), HasSubstr("ops was never told of 1 event, which are given up after 24 hours"));
}

TEST_F(AQueue, DropsTheOldestWhenTooMuchWaitsAndSaysSoOnceAMinute)
{
  for (std::size_t i = 0; i < ReceiverQueue::most_waiting + 3; ++i) {
    add(made::state("web1", "check_disk"));
  }
  EXPECT_EQ(queue.waiting(), ReceiverQueue::most_waiting);
  EXPECT_THAT(queue.take_done(), ElementsAre(1, 2, 3));
  ASSERT_THAT(queue.take_reports(noon), SizeIs(1));
  add(made::state("web1", "check_disk"));
  EXPECT_THAT(queue.take_reports(noon + 59s), IsEmpty());
  const auto reports = queue.take_reports(noon + 1min);
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_THAT(reports.front(), HasSubstr("never told of 1 event, the oldest of more than 2000"));
}

TEST_F(AQueue, KeepsWhatComesOutsideOfItsPeriod)
{
  auto receiver = ops();
  receiver.period = *TimePeriod::parse(std::vector<std::string>{"mon-fri 08:00-18:00"}, TimeZone::utc());
  use(receiver);
  add(made::state("web1", "check_disk"));
  EXPECT_FALSE(queue.next(noon + 1h)) << "it is Sunday";
  EXPECT_FALSE(queue.next(noon + 19h + 59min));
  EXPECT_TRUE(queue.next(noon + 20h)) << "Monday, eight o'clock";
}

TEST(Notifications, ListTheFirstHundredAndCountTheRest)
{
  std::vector<Notice> notices;
  for (int i = 1; i <= 130; ++i) {
    const auto after = i > 120 ? CheckState::ok : CheckState::critical;
    notices.push_back(made::notice(i, made::state("web" + std::to_string(i), "check_disk", after)));
  }
  const auto notification = make_notification(notices, "check_disk");
  EXPECT_EQ(notification.title, "CRITICAL: check_disk on web1 and 129 more");
  EXPECT_THAT(notification.events, SizeIs(100));
  EXPECT_EQ(notification.more, 30U);
  EXPECT_THAT(notification.text, EndsWith("… and 30 more: 20 CRITICAL, 10 OK\n"));
}

TEST(Notifications, LeadWithTheWorst)
{
  const auto notification = make_notification(
      {made::notice(1, made::state("web1", "a", CheckState::ok, CheckState::critical)),
       made::notice(2, made::state("web1", "b", CheckState::warning)),
       made::notice(3, made::node("node_gone", "db1"))},
      "");
  EXPECT_EQ(notification.title, "db1 is gone and 2 more");
  EXPECT_EQ(notification.worst, CheckState::critical);
  EXPECT_EQ(
      notification.text,
      "2026-11-22 12:00:00 UTC  OK: a on web1 (was CRITICAL): disk full\n"
      "2026-11-22 12:00:00 UTC  WARNING: b on web1 (was OK): disk full\n"
      "2026-11-22 12:00:00 UTC  db1 is gone: its connection fell\n");
}

TEST(Notifications, AreOneOfALossOfMany)
{
  for (const auto* kind : {"nodes_lost", "nodes_stopped", "nodes_vanished", "nodes_back"}) {
    StoredEvent many;
    many.time = noon;
    many.kind = kind;
    many.message = "7 nodes lost, all of site=berlin: web1, web2 and 5 more";
    many.nodes = {"web1", "web2"};
    EXPECT_EQ(make_notification({made::notice(1, many)}, "").title, many.message) << kind;
  }
}

TEST(Notifications, ShowNothingOfAStrangerThatCouldMoveACursorOrEndALine)
{
  auto event = made::state("web1", "check\nBcc: evil@example.net");
  event.message = "\x1b[2J\r\nfull";
  const auto notification = make_notification({made::notice(1, event)}, "");
  EXPECT_EQ(notification.title.find('\n'), std::string::npos);
  EXPECT_EQ(notification.text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(notification.text.begin(), notification.text.end(), '\n'), 1);
}

}  // namespace
}  // namespace muster::collector
