// SPDX-License-Identifier: Apache-2.0
#include "collector/schedule/turn_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/schedule/schedule.hpp"
#include "tests/unit/collector_state/zone_file.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using protocol::Time;
using testing::ElementsAre;
using testing::IsEmpty;

Time utc(int year, unsigned month, unsigned day, std::chrono::milliseconds time)
{
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} +
         time;
}

// 23 November 2026 is a Monday.
Time monday(std::chrono::milliseconds time)
{
  return utc(2026, 11, 23, time);
}

TimeZone berlin()
{
  ZoneFile file;
  file.rule = "CET-1CEST,M3.5.0,M10.5.0/3";
  return TimeZone::parse(file.bytes()).value();
}

ScheduleEntry entry(
    std::chrono::milliseconds every, const std::string& times, TimeZone zone = TimeZone::utc())
{
  ScheduleEntry made;
  made.name = "disks";
  made.checks = {"check_disk"};
  made.every = every;
  made.timeout = 10s;
  made.during = std::make_shared<const TimePeriod>(TimePeriod::parse({times}, std::move(zone)).value());
  return made;
}

// A name whose turns of a day come at a time of the day that is in (from, until).
std::string name_with_daily_turn(std::chrono::milliseconds from, std::chrono::milliseconds until)
{
  for (int number = 0;; ++number) {
    auto name = "daily" + std::to_string(number);
    const auto phase = phase_of(name, 24h);
    if (phase > from && phase < until) {
      return name;
    }
  }
}

// What a caller that looks every second asks for until `until`, each request over at once.
std::vector<Time> ask_until(Schedule& schedule, Time from, Time until)
{
  std::vector<Time> asked;
  for (auto now = from; now < until; now += 1s) {
    const auto due = schedule.due(now);
    EXPECT_THAT(due.behind, IsEmpty());
    for (const auto& request : due.requests) {
      asked.push_back(request.due);
      schedule.ended(request.entry.name);
    }
  }
  return asked;
}

}  // namespace

TEST(TurnTimes, LeaveOutWhatIsOutsideOfThePeriod)
{
  const auto work = entry(5min, "mon-fri 08:00-18:00");
  const auto phase = phase_of("disks", 5min);
  EXPECT_EQ(turn_after(work, monday(9h)), monday(9h) + phase);
  EXPECT_EQ(turn_after(work, monday(9h) + phase), monday(9h) + phase + 5min);
  EXPECT_EQ(turn_after(work, monday(17h + 55min) + phase), monday(32h) + phase) << "on Tuesday";
  EXPECT_EQ(turn_after(work, monday(20h)), monday(32h) + phase);
  EXPECT_EQ(turn_after(work, monday(-36h)), monday(8h) + phase) << "from Saturday on";
}

TEST(TurnTimes, BeginWithAnOpeningThatWouldHaveNone)
{
  auto work = entry(24h, "mon-fri 08:00-18:00");
  work.name = name_with_daily_turn(1h, 7h);
  EXPECT_EQ(turn_after(work, monday(7h)), monday(8h));
  EXPECT_EQ(turn_after(work, monday(8h)), monday(32h));
  EXPECT_EQ(turn_after(work, monday(104h)), monday(176h)) << "from Friday to Monday";
  work.name = name_with_daily_turn(9h, 17h);
  EXPECT_EQ(turn_after(work, monday(8h)), monday(0h) + phase_of(work.name, 24h));
}

TEST(TurnTimes, GoByTheClocksOfTheZone)
{
  struct Case {
    Time closed;
    Time opening;
  };

  // In March they are put from 02:00 to 03:00, in October from 03:00 to 02:00.
  const std::vector<Case> cases{
      {utc(2026, 3, 28, 12h), utc(2026, 3, 29, 6h)},
      {utc(2026, 3, 27, 12h), utc(2026, 3, 28, 7h)},
      {utc(2026, 10, 24, 12h), utc(2026, 10, 25, 7h)},
      {utc(2026, 10, 23, 12h), utc(2026, 10, 24, 6h)}};
  const auto mornings = entry(1min, "sun-sat 08:00-10:00", berlin());
  for (const auto& [closed, opening] : cases) {
    const auto turn = turn_after(mornings, closed);
    EXPECT_GE(turn, opening);
    EXPECT_LT(turn, opening + 1min);
  }
}

TEST(TurnTimes, AreCountedByThePeriod)
{
  const auto work = entry(1h, "mon-fri 08:00-18:00");
  const auto first = turn_after(work, monday(8h) - 1ms);
  const auto passed = turns_passed(work, first, monday(34h));
  EXPECT_EQ(passed.count, 12U) << "ten of Monday, two of Tuesday";
  EXPECT_EQ(passed.last, first + 25h);
  EXPECT_EQ(passed.next, first + 26h);
}

TEST(ScheduleWithAPeriod, AsksOnlyInItAndIsNotBehindAfterIt)
{
  const auto phase = phase_of("disks", 1h);
  Schedule schedule{{entry(1h, "mon-fri 08:00-10:00")}, monday(7h)};
  EXPECT_THAT(
      ask_until(schedule, monday(7h), monday(35h)),
      ElementsAre(monday(8h) + phase, monday(9h) + phase, monday(32h) + phase, monday(33h) + phase));
  EXPECT_EQ(schedule.list().at(0).missed, 0U);
  EXPECT_EQ(schedule.list().at(0).next, monday(56h) + phase);
}

TEST(ScheduleWithAPeriod, AsksAtTheSameTimesWhenTheClocksArePut)
{
  // Twice in the hour that comes twice, once in the hour that is skipped.
  Schedule autumn{{entry(1h, "sun 02:00-04:00", berlin())}, utc(2026, 10, 24, 12h)};
  EXPECT_EQ(ask_until(autumn, utc(2026, 10, 24, 12h), utc(2026, 10, 25, 12h)).size(), 3U);
  Schedule spring{{entry(1h, "sun 02:00-04:00", berlin())}, utc(2026, 3, 28, 12h)};
  EXPECT_EQ(ask_until(spring, utc(2026, 3, 28, 12h), utc(2026, 3, 29, 12h)).size(), 1U);
}

TEST(ScheduleWithAPeriod, MissesWhatAPauseLeavesForWhenItIsClosed)
{
  Schedule schedule{{entry(1h, "mon-fri 08:00-10:00")}, monday(7h)};
  const auto due = schedule.due(monday(12h));
  EXPECT_THAT(due.requests, IsEmpty());
  ASSERT_EQ(due.behind.size(), 1U);
  EXPECT_EQ(due.behind[0].missed, 2U);
  EXPECT_EQ(ask_until(schedule, monday(12h), monday(33h)).size(), 1U) << "but they are not told again";
}

TEST(ScheduleWithAPeriod, TakesATurnThatIsSeenJustBehindTheEndOfThePeriod)
{
  auto last = entry(24h, "mon-sun 00:00-12:00");
  last.name = name_with_daily_turn(12h - 200ms, 12h);
  Schedule schedule{{last}, monday(1h)};
  EXPECT_EQ(schedule.due(monday(12h)).requests.size(), 1U);
}

TEST(ScheduleWithAPeriod, HasMissedNothingWhileTheCollectorWasDeadOutsideOfIt)
{
  const auto phase = phase_of("disks", 1h);
  Schedule schedule{{entry(1h, "mon-fri 08:00-10:00")}, monday(30h)};
  schedule.remember("disks", monday(9h) + phase);
  EXPECT_THAT(ask_until(schedule, monday(30h), monday(33h)), ElementsAre(monday(32h) + phase));
}

TEST(ScheduleWithAPeriod, IsPlannedAnewWhenTheClockIsPutBack)
{
  const auto phase = phase_of("disks", 1h);
  Schedule schedule{{entry(1h, "mon-fri 08:00-10:00")}, monday(7h)};
  ask_until(schedule, monday(7h), monday(12h));
  EXPECT_THAT(ask_until(schedule, monday(9h) + phase - 1s, monday(9h) + phase + 10s), IsEmpty())
      << "that turn was taken, and the clock is off by little";
  EXPECT_THAT(ask_until(schedule, monday(-16h), monday(8h) + phase + 1s), ElementsAre(monday(8h) + phase));
}

}  // namespace muster::collector
