// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/schedule.hpp"

#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using protocol::Time;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time start{1'700'000'000'000ms};

ScheduleEntry entry(const std::string& name, std::chrono::milliseconds every = 60s)
{
  ScheduleEntry made;
  made.name = name;
  made.checks = {"check_" + name};
  made.every = every;
  made.splay = every / 2;
  made.timeout = 10s;
  return made;
}

Time first_turn(const Schedule& schedule)
{
  return schedule.list().at(0).next;
}

std::vector<Time> turns(const DueNow& due)
{
  std::vector<Time> turns;
  for (const auto& request : due.requests) {
    turns.push_back(request.due);
  }
  return turns;
}

// What a caller that looks every second asks for until `until`, each request over at once.
std::vector<Time> ask_until(Schedule& schedule, Time from, Time until)
{
  std::vector<Time> asked;
  for (auto now = from; now <= until; now += 1s) {
    for (const auto& request : schedule.due(now).requests) {
      asked.push_back(request.due);
      schedule.ended(request.entry.name);
    }
  }
  return asked;
}

TEST(SchedulePhase, FollowsFromTheNameAndLiesWithinTheInterval)
{
  EXPECT_EQ(phase_of("disks", 60s), phase_of("disks", 60s));
  for (const auto every : {1000ms, 60'000ms, 86'400'000ms}) {
    for (const auto& name : {std::string{"a"}, std::string{"disks"}, std::string(64, 'x')}) {
      EXPECT_GE(phase_of(name, every), 0ms);
      EXPECT_LT(phase_of(name, every), every);
    }
  }
}

TEST(SchedulePhase, SpreadsManySchedulesOverTheirInterval)
{
  std::set<std::int64_t> tenths;
  for (int i = 0; i < 100; ++i) {
    tenths.insert(phase_of("schedule" + std::to_string(i), 60s) / 6s);
  }
  EXPECT_EQ(tenths.size(), 10U);
}

TEST(Schedule, AsksEachEntryOnceInItsInterval)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  EXPECT_GT(first, start);
  EXPECT_LE(first, start + 60s);
  EXPECT_THAT(schedule.due(first - 1ms).requests, IsEmpty());
  const auto due = schedule.due(first);
  ASSERT_EQ(due.requests.size(), 1U);
  EXPECT_EQ(due.requests[0].entry, entry("disks")) << "with its splay: the nodes spread themselves over it";
  EXPECT_EQ(due.requests[0].due, first);
  EXPECT_EQ(due.requests[0].missed, 0U);
  EXPECT_FALSE(due.requests[0].by_hand);
  EXPECT_THAT(schedule.due(first).requests, IsEmpty());
  schedule.ended("disks");
  EXPECT_THAT(turns(schedule.due(first + 60s)), ElementsAre(first + 60s));
}

TEST(Schedule, KeepsItsTurnsOverARestart)
{
  const Schedule before{{entry("disks")}, start};
  const Schedule after{{entry("load"), entry("disks")}, start + 17s};
  const auto apart = after.list().at(1).next - first_turn(before);
  EXPECT_EQ(apart % 60s, 0ms);
}

TEST(Schedule, GivesWhatIsDueByTurnAndThenByName)
{
  Schedule schedule{{entry("b"), entry("a"), entry("c")}, start};
  std::vector<std::pair<Time, std::string>> expected;
  for (const auto& one : schedule.list()) {
    expected.emplace_back(one.next, one.entry.name);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(schedule.next_due(), expected.front().first);
  const auto due = schedule.due(start + 60s);
  ASSERT_EQ(due.requests.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(due.requests[i].entry.name, expected[i].second);
  }
  EXPECT_FALSE((Schedule{{}, start}.next_due()));
}

TEST(Schedule, LeavesATurnOutWhileTheRequestBeforeRunsAndSaysSo)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  ASSERT_EQ(schedule.due(first).requests.size(), 1U);
  EXPECT_TRUE(schedule.list()[0].running);
  const auto late = schedule.due(first + 60s);
  EXPECT_THAT(late.requests, IsEmpty());
  ASSERT_EQ(late.behind.size(), 1U);
  EXPECT_EQ(late.behind[0].why, FallenBehind::Why::still_running);
  EXPECT_EQ(
      to_string(late.behind[0]),
      "schedule disks has fallen behind by 1 interval: the request before has not ended");
  EXPECT_EQ(schedule.list()[0].missed, 1U);
  EXPECT_THAT(schedule.due(first + 61s).behind, IsEmpty()) << "told once for each turn";
  schedule.ended("disks");
  const auto next = schedule.due(first + 120s);
  ASSERT_EQ(next.requests.size(), 1U);
  EXPECT_EQ(next.requests[0].missed, 1U);
  EXPECT_THAT(next.behind, IsEmpty());
}

TEST(Schedule, AsksAfterAPauseOnceAndNothingTwice)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  const auto due = schedule.due(first + 10min + 5s);
  EXPECT_THAT(turns(due), ElementsAre(first + 10min)) << "in place of the turn that is nearest";
  ASSERT_EQ(due.behind.size(), 1U);
  EXPECT_EQ(due.behind[0].why, FallenBehind::Why::too_late);
  EXPECT_EQ(due.behind[0].missed, 10U);
  EXPECT_THAT(to_string(due.behind[0]), HasSubstr("by 10 intervals: its turn came too late"));
  EXPECT_EQ(schedule.list()[0].missed, 10U);
  schedule.ended("disks");
  const auto asked = ask_until(schedule, first + 10min + 6s, first + 13min);
  EXPECT_THAT(asked, ElementsAre(first + 11min, first + 12min, first + 13min));
}

TEST(Schedule, TakesAnotherTurnsPlaceWhenThatIsNearer)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  EXPECT_THAT(turns(schedule.due(first + 50s)), ElementsAre(first + 60s));
  schedule.ended("disks");
  EXPECT_THAT(schedule.due(first + 60s).requests, IsEmpty()) << "it would be the same question 10 s later";
}

TEST(Schedule, RunsByHandAtOnceWithoutSplayAndWithoutMissingItsTurn)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  const auto by_hand = schedule.run_now("disks", first - 5s);
  ASSERT_TRUE(by_hand);
  EXPECT_TRUE(by_hand->by_hand);
  EXPECT_EQ(by_hand->entry.splay, 0ms);
  EXPECT_EQ(schedule.list()[0].last, first - 5s);
  const auto again = schedule.run_now("disks", first - 4s);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::denied);
  const auto turn = schedule.due(first);
  EXPECT_THAT(turn.requests, IsEmpty());
  EXPECT_THAT(turn.behind, IsEmpty()) << "it is the same question";
  EXPECT_EQ(schedule.due(first + 60s).behind.size(), 1U) << "but one turn only";
  schedule.ended("disks");
  EXPECT_THAT(turns(schedule.due(first + 120s)), ElementsAre(first + 120s));
}

TEST(Schedule, NamesWhatMayHaveBeenMeant)
{
  Schedule schedule{{entry("disks")}, start};
  const auto run = schedule.run_now("disk", start);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::not_found);
  EXPECT_THAT(run.error().message, HasSubstr("did you mean 'disks'?"));
}

TEST(Schedule, GoesOnWhenTheClockIsPutBack)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  ASSERT_EQ(schedule.due(first).requests.size(), 1U);
  schedule.ended("disks");
  const auto earlier = first - 3h;
  EXPECT_THAT(schedule.due(earlier).requests, IsEmpty());
  const auto asked = ask_until(schedule, earlier, earlier + 3min);
  EXPECT_EQ(asked.size(), 3U) << "every minute again, and not after three hours";
  EXPECT_EQ(schedule.list()[0].missed, 0U);
}

TEST(Schedule, TakesNoTurnTwiceWhenTheClockIsPutBackByALittle)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  ASSERT_EQ(schedule.due(first).requests.size(), 1U);
  schedule.ended("disks");
  EXPECT_THAT(ask_until(schedule, first - 20s, first + 59s), IsEmpty());
}

TEST(Schedule, TellsWhatItMissedWhenTheClockIsPutForward)
{
  Schedule schedule{{entry("disks")}, start};
  const auto first = first_turn(schedule);
  ASSERT_EQ(schedule.due(first).requests.size(), 1U);
  schedule.ended("disks");
  const auto due = schedule.due(first + 24h);
  EXPECT_THAT(turns(due), ElementsAre(first + 24h));
  ASSERT_EQ(due.behind.size(), 1U);
  EXPECT_EQ(due.behind[0].missed, 24U * 60 - 1);
}

TEST(Schedule, CountsATurnThatWasNotSentAsMissedAndNotAsTheLastThatWasAsked)
{
  Schedule schedule{{entry("load")}, start};
  const auto first = first_turn(schedule);
  schedule.sent(schedule.due(first).requests.at(0));
  schedule.ended("load");
  for (int turn = 1; turn <= 3; ++turn) {
    const auto due = schedule.due(first + turn * 60s);
    ASSERT_EQ(due.requests.size(), 1U) << "the turns go on";
    EXPECT_TRUE(due.behind.empty()) << "that nobody can be asked is not said each time";
    schedule.take_back(due.requests[0]);
    schedule.miss("load", 1, FallenBehind::Why::not_connected);
    EXPECT_EQ(schedule.list()[0].last, first);
    EXPECT_FALSE(schedule.list()[0].running);
  }
  EXPECT_EQ(schedule.list()[0].missed, 3U);
}

TEST(Schedule, TellsOnceWhyItDidNotAskWhenItAsksAgain)
{
  Schedule schedule{{entry("load")}, start};
  const auto first = first_turn(schedule);
  for (int turn = 0; turn < 3; ++turn) {
    schedule.take_back(schedule.due(first + turn * 60s).requests.at(0));
    schedule.miss("load", 1, turn == 0 ? FallenBehind::Why::not_connected : FallenBehind::Why::nobody_asked);
  }
  const auto due = schedule.due(first + 3 * 60s);
  EXPECT_EQ(due.requests.at(0).missed, 3U);
  const auto missed = schedule.sent(due.requests.at(0));
  ASSERT_TRUE(missed);
  EXPECT_EQ(
      to_string(*missed),
      "schedule load has fallen behind by 3 intervals: there was no connection to a broker");
  EXPECT_FALSE(schedule.sent(due.requests.at(0))) << "once";
}

TEST(Schedule, DoesNotTellWhatAnotherCollectorHasAskedSince)
{
  Schedule schedule{{entry("load")}, start};
  const auto due = schedule.due(first_turn(schedule));
  schedule.take_back(due.requests.at(0));
  schedule.miss("load", 1, FallenBehind::Why::nobody_asked);
  schedule.forget_misses();
  EXPECT_FALSE(schedule.sent(due.requests.at(0)));
  EXPECT_EQ(schedule.list()[0].missed, 1U) << "but counts it";
}

TEST(Schedule, HasNotAskedWhatWaitsForTheRightToBeSent)
{
  Schedule schedule{{entry("load")}, start};
  const auto due = schedule.due(first_turn(schedule));
  schedule.set_aside(due.requests.at(0));
  EXPECT_FALSE(schedule.list()[0].last);
  EXPECT_TRUE(schedule.list()[0].running) << "but its turn is taken";
  schedule.sent(due.requests.at(0));
  EXPECT_EQ(schedule.list()[0].last, due.requests.at(0).due);
}

TEST(Schedule, IsAsIfNothingHadBeenWhenARunByHandCannotBeSent)
{
  Schedule schedule{{entry("load")}, start};
  const auto next = first_turn(schedule);
  schedule.take_back(*schedule.run_now("load", start));
  const auto status = schedule.list()[0];
  EXPECT_FALSE(status.last || status.running);
  EXPECT_EQ(std::tuple(status.next, status.missed), std::tuple(next, 0U));
}

TEST(Schedule, IsNotHeldUpByAnEntryThatDoesNotEnd)
{
  Schedule schedule{{entry("stuck"), entry("disks", 10s)}, start};
  std::vector<std::string> asked;
  for (auto now = start; now <= start + 3min; now += 1s) {
    for (const auto& request : schedule.due(now).requests) {
      asked.push_back(request.entry.name);
      if (request.entry.name != "stuck") {
        schedule.ended(request.entry.name);
      }
    }
  }
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "stuck"), 1);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "disks"), 18);
}

TEST(Schedule, TellsWhatWasMissedWhileNobodyAsked)
{
  Schedule schedule{{entry("disks")}, start};
  const auto turn = first_turn(schedule);
  schedule.remember("disks", turn - 5min);
  schedule.remember("nosuch", start);
  const auto due = schedule.due(turn - 1s);
  EXPECT_THAT(turns(due), ElementsAre(turn)) << "at once, in place of the turn that is nearest";
  EXPECT_EQ(schedule.list()[0].missed, 4U);
  ASSERT_EQ(due.behind.size(), 1U);
  EXPECT_EQ(due.behind[0].name, "disks");
}

TEST(Schedule, SaysNothingOfAShortRestart)
{
  Schedule schedule{{entry("disks")}, start};
  const auto turn = first_turn(schedule);
  schedule.remember("disks", turn - 60s);
  EXPECT_EQ(first_turn(schedule), turn);
  EXPECT_THAT(schedule.due(turn - 1ms).requests, IsEmpty());
  EXPECT_THAT(schedule.due(turn).behind, IsEmpty());
}

}  // namespace
}  // namespace muster::collector
