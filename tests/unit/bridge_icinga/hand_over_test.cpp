// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/hand_over.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/icinga/retry_pause.hpp"
#include "tests/unit/bridge_icinga/made_up_result.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::made_up_result;

constexpr HandOver::Clock::time_point begin{};
const Time today = at(1'000'000);

Feed::Slice slice(std::vector<PassiveResult> results)
{
  const auto until = results.empty() ? 0 : results.back().ticket;
  return {std::move(results), until};
}

// A desk that has all it will get, and has not told anything.
HandOver desk_with(std::vector<PassiveResult> results)
{
  HandOver desk{0};
  desk.add({{}, 0});
  desk.add(slice(std::move(results)));
  return desk;
}

// Takes the next one and tells it at once, as if Icinga knew nothing before; its ticket, 0 if there is none.
Ticket tell_next(HandOver& desk)
{
  const auto task = desk.next(begin, today);
  if (!task) {
    return 0;
  }
  if (task->ask) {
    desk.knows_nothing(*task->result);
  }
  desk.delivered(*task->result, *desk.times_of(*task->result, today), today);
  return task->result->ticket;
}

TEST(HandOver, TellsDifferentServicesSideBySideTheOldestFirst)
{
  auto desk = desk_with({made_up_result(1, 10, "disk"), made_up_result(2, 11, "load")});
  EXPECT_EQ(desk.next(begin, today)->result->ticket, 1);
  EXPECT_EQ(desk.next(begin, today)->result->ticket, 2);
  EXPECT_FALSE(desk.next(begin, today));
}

TEST(HandOver, HasNeverTwoResultsOfOneServiceUnderWay)
{
  auto desk = desk_with({made_up_result(1, 10), made_up_result(2, 11)});
  const auto first = desk.next(begin, today);
  EXPECT_FALSE(desk.next(begin, today));
  desk.settled(*first->result);
  EXPECT_EQ(desk.next(begin, today)->result->ticket, 2);
}

TEST(HandOver, TakesAHostAndAServiceForTwoObjects)
{
  auto desk = desk_with({made_up_result(1, 10, ""), made_up_result(2, 11)});
  EXPECT_TRUE(desk.next(begin, today));
  EXPECT_TRUE(desk.next(begin, today));
}

TEST(HandOver, CountsAsHandedOverOnlyWhatHasNothingUnderWayBeforeIt)
{
  auto desk = desk_with({made_up_result(1, 10, "disk"), made_up_result(2, 11, "load")});
  const auto first = desk.next(begin, today);
  EXPECT_EQ(tell_next(desk), 2);
  EXPECT_EQ(desk.handed_over(), 0);
  desk.settled(*first->result);
  EXPECT_EQ(desk.handed_over(), 2);
}

TEST(HandOver, CountsWhatTheMappingLeavesOutAsHandedOver)
{
  HandOver desk{0};
  desk.add({{}, 40});
  EXPECT_EQ(desk.handed_over(), 40);
  EXPECT_EQ(desk.read_until(), 40);
}

TEST(HandOver, AsksOnceForEachObject)
{
  auto desk = desk_with({made_up_result(1, 10), made_up_result(2, 11)});
  EXPECT_TRUE(desk.next(begin, today)->ask);
  desk.knows_nothing(made_up_result(1, 10));
  desk.settled(made_up_result(1, 10));
  EXPECT_FALSE(desk.next(begin, today)->ask);
}

TEST(HandOver, ReadsOnWhenHalfOfWhatWaitedIsGone)
{
  std::vector<PassiveResult> results;
  for (int i = 1; i <= 501; ++i) {
    results.push_back(made_up_result(i, i, "s" + std::to_string(i)));
  }
  auto desk = desk_with(std::move(results));
  EXPECT_EQ(desk.room(), 0U);
  tell_next(desk);
  EXPECT_EQ(desk.room(), 500U);
}

TEST(HandOver, LetsAFailedServiceWaitAndTheOthersPass)
{
  auto desk = desk_with({made_up_result(1, 10, "disk"), made_up_result(2, 11, "load")});
  const auto first = desk.next(begin, today);
  EXPECT_TRUE(desk.failed(*first->result, begin));
  EXPECT_EQ(tell_next(desk), 2);
  EXPECT_FALSE(desk.next(begin, today));
  ASSERT_EQ(desk.next_due(), begin + RetryPause::first);
  EXPECT_EQ(desk.next(begin + RetryPause::first, today)->result->ticket, 1);
}

TEST(HandOver, GivesUpAResultOnlyIfOthersWereTaken)
{
  auto desk = desk_with({made_up_result(1, 10, "disk"), made_up_result(2, 11, "load")});
  auto now = begin;
  auto task = desk.next(now, today);
  for (int i = 0; i < 3 * HandOver::most_tries; ++i) {
    ASSERT_TRUE(desk.failed(*task->result, now)) << "it may be Icinga, not the result";
    now += 1h;
    task = desk.next(now, today);
    ASSERT_EQ(task->result->ticket, 1);
  }
  const auto other = desk.next(now, today);
  desk.delivered(*other->result, {}, today);
  EXPECT_FALSE(desk.failed(*task->result, now));
}

TEST(HandOver, BeginsAgainAtWhatIsSafeAndTellsWhatIcingaLacks)
{
  auto desk = desk_with({made_up_result(1, 10), made_up_result(2, 20), made_up_result(3, 30)});
  while (tell_next(desk) != 0) {
  }
  desk.begin_again(0);
  EXPECT_EQ(desk.read_until(), 0);
  desk.add(slice({made_up_result(1, 10), made_up_result(2, 20), made_up_result(3, 30)}));
  auto task = desk.next(begin, today);
  ASSERT_TRUE(task->ask) << "another Icinga may have anything";
  desk.learned(*task->result, {{at(10), at(10)}, "web1", text_mark("number 1"), false});
  EXPECT_FALSE(desk.times_of(*task->result, today)) << "it has the first";
  desk.settled(*task->result);
  for (const Ticket expected : {2, 3}) {
    task = desk.next(begin, today);
    ASSERT_EQ(task->result->ticket, expected);
    const auto times = desk.times_of(*task->result, today);
    ASSERT_TRUE(times);
    EXPECT_TRUE(desk.delivered(*task->result, *times, today)) << "once more";
  }
}

TEST(HandOver, CountsNothingAsRepeatedThatWasNeverTold)
{
  auto desk = desk_with({made_up_result(1, 10), made_up_result(2, 20)});
  tell_next(desk);
  desk.begin_again(1);
  desk.add(slice({made_up_result(2, 20)}));
  const auto task = desk.next(begin, today);
  desk.knows_nothing(*task->result);
  EXPECT_FALSE(desk.delivered(*task->result, *desk.times_of(*task->result, today), today));
}

TEST(HandOver, AtAStartTakesEverythingThatWaitsForPerhapsTold)
{
  HandOver desk{0};
  desk.add(slice({made_up_result(1, 10), made_up_result(2, 20)}));
  const auto task = desk.next(begin, today);
  desk.learned(*task->result, {{at(20), at(20)}, "web1", text_mark("number 2"), false});
  EXPECT_FALSE(desk.times_of(*task->result, today));
}

TEST(HandOver, TellsWhatIsNewThoughItsTimeIsOld)
{
  auto desk = desk_with({made_up_result(1, 100)});
  tell_next(desk);
  desk.add(slice({made_up_result(2, 50)}));
  const auto task = desk.next(begin, today);
  const auto times = desk.times_of(*task->result, today);
  ASSERT_TRUE(times) << "a clock was set back";
  EXPECT_EQ(times->started, at(100)) << "or Icinga drops it";
}

TEST(HandOver, TrustsNoTimesThatGoBackWhenItBeginsAgain)
{
  auto desk = desk_with({made_up_result(1, 100), made_up_result(2, 50)});
  while (tell_next(desk) != 0) {
  }
  desk.begin_again(0);
  desk.add(slice({made_up_result(1, 100), made_up_result(2, 50)}));
  auto task = desk.next(begin, today);
  desk.learned(*task->result, {{at(100), at(100)}, "web1", text_mark("number 1"), false});
  EXPECT_FALSE(desk.times_of(*task->result, today));
  desk.settled(*task->result);
  task = desk.next(begin, today);
  EXPECT_EQ(desk.times_of(*task->result, today), (ToldTimes{at(100), at(100)}));
}

TEST(HandOver, TellsNothingAgainThatWasOvertakenByWhatIcingaHas)
{
  HandOver desk{0};
  desk.add(
      slice({made_up_result(1, 100), made_up_result(2, 50), made_up_result(3, 110), made_up_result(4, 120)}));
  const LastResult last{{at(120), at(120)}, "web1", text_mark("number 4"), false};
  for (const Ticket expected : {1, 2, 3, 4}) {
    const auto task = desk.next(begin, today);
    ASSERT_EQ(task->result->ticket, expected);
    if (task->ask) {
      desk.learned(*task->result, last);
    }
    EXPECT_FALSE(desk.times_of(*task->result, today)) << expected << " would be the newest that Icinga has";
    desk.settled(*task->result);
  }
}

TEST(HandOver, AtAStartTakesNothingForKnownBehindWhatItHasJustTold)
{
  HandOver desk{0};
  auto overtaken = made_up_result(3, 20);
  auto longer = made_up_result(2, 20);
  longer.finished =
      at(25);  // two runs of the same second, recorded in the order in which their ends were seen
  desk.add(slice({made_up_result(1, 10), longer, overtaken}));
  for (const Ticket expected : {1, 2, 3}) {
    const auto task = desk.next(begin, today);
    ASSERT_EQ(task->result->ticket, expected);
    if (task->ask) {
      desk.learned(*task->result, {{at(10), at(10)}, "web1", text_mark("number 1"), false});
    }
    const auto times = desk.times_of(*task->result, today);
    EXPECT_EQ(times.has_value(), expected > 1);
    times ? static_cast<void>(desk.delivered(*task->result, *times, today)) : desk.settled(*task->result);
  }
}

TEST(HandOver, AsksAgainAboutWhatWasUnderWayWhenAConnectionBroke)
{
  auto desk = desk_with({made_up_result(1, 10)});
  tell_next(desk);
  desk.add(slice({made_up_result(2, 20)}));
  auto task = desk.next(begin, today);
  EXPECT_FALSE(task->ask);
  desk.lost_sight_of(*task->result);
  task = desk.next(begin, today);
  ASSERT_TRUE(task && task->ask);
  desk.learned(*task->result, {{at(20), at(20)}, "web1", text_mark("number 2"), false});
  EXPECT_FALSE(desk.times_of(*task->result, today)) << "Icinga had taken it";
}

TEST(HandOver, AsksAgainWhenAnObjectMayHaveBecomeStale)
{
  auto first = made_up_result(1, 10);
  first.lifetime = 60s;
  auto desk = desk_with({first, made_up_result(2, 20)});
  tell_next(desk);
  auto task = desk.next(begin, today + 59s);
  EXPECT_FALSE(task->ask);
  desk.put_back(*task->result);
  task = desk.next(begin, today + 60s);
  ASSERT_TRUE(task->ask);
  desk.learned(*task->result, {{at(30), at(30)}, "icinga1", text_mark("stale"), true});
  EXPECT_EQ(desk.times_of(*task->result, today), (ToldTimes{at(30), at(30)})) << "or Icinga drops it";
}

TEST(HandOver, PutsBackWhatWasNotToldInItsPlace)
{
  auto desk = desk_with({made_up_result(1, 10), made_up_result(2, 11)});
  desk.put_back(*desk.next(begin, today)->result);
  EXPECT_EQ(desk.next(begin, today)->result->ticket, 1);
}

}  // namespace
}  // namespace muster::bridge
