// SPDX-License-Identifier: Apache-2.0
#include "collector/state/time_period.hpp"

#include <gtest/gtest.h>

#include "tests/unit/collector_state/zone_file.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

TimeZone berlin()
{
  ZoneFile file;
  file.rule = "CET-1CEST,M3.5.0,M10.5.0/3";
  return TimeZone::parse(file.bytes()).value();
}

Time utc(int year, unsigned month, unsigned day, std::chrono::minutes time)
{
  return sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} + time;
}

TimePeriod period(const std::vector<std::string>& lines, TimeZone zone = TimeZone::utc())
{
  return TimePeriod::parse(lines, std::move(zone)).value();
}

Expected<TimePeriod> one_text(std::string_view text)
{
  return TimePeriod::parse(text, [](const std::string& name) -> Expected<TimeZone> {
    return name == "Europe/Berlin" ? Expected<TimeZone>{berlin()}
                                   : failure(ErrorCode::not_found, "no " + name);
  });
}

// Of four days, those from which next_inside finds another time than a look at each minute.
int minutes_that_find_another(const TimePeriod& times, Time from)
{
  int wrong = 0;
  std::optional<Time> next;
  for (auto time = from + std::chrono::days{12}; time >= from; time -= 1min) {
    next = times.contains(time) ? time : next;
    wrong += time < from + std::chrono::days{4} && times.next_inside(time) != next ? 1 : 0;
  }
  return wrong;
}

}  // namespace

TEST(TimePeriod, HoldsItsHoursOfItsDays)
{
  const auto work = period({"mon-fri 08:00-12:00,13:00-17:30", "sat 09:00-10:00"});
  // 23 November 2026 is a Monday.
  EXPECT_FALSE(work.contains(utc(2026, 11, 23, 8h - 1min)));
  EXPECT_TRUE(work.contains(utc(2026, 11, 23, 8h)));
  EXPECT_FALSE(work.contains(utc(2026, 11, 23, 12h)));
  EXPECT_TRUE(work.contains(utc(2026, 11, 27, 17h + 29min)));
  EXPECT_FALSE(work.contains(utc(2026, 11, 27, 17h + 30min)));
  EXPECT_TRUE(work.contains(utc(2026, 11, 28, 9h)));
  EXPECT_FALSE(work.contains(utc(2026, 11, 29, 9h)));
}

TEST(TimePeriod, MayLastOverMidnightAndOverTheWeek)
{
  const auto night = period({"sat 22:00-06:00"});
  EXPECT_TRUE(night.contains(utc(2026, 11, 28, 23h)));
  EXPECT_TRUE(night.contains(utc(2026, 11, 29, 5h)));
  EXPECT_FALSE(night.contains(utc(2026, 11, 29, 6h)));
  EXPECT_FALSE(night.contains(utc(2026, 11, 28, 5h)));
  const auto long_weekend = period({"fri-mon 00:00-24:00"});
  EXPECT_TRUE(long_weekend.contains(utc(2026, 11, 29, 12h)));
  EXPECT_TRUE(long_weekend.contains(utc(2026, 11, 30, 24h - 1min)));
  EXPECT_FALSE(long_weekend.contains(utc(2026, 12, 1, 0h)));
}

TEST(TimePeriod, FollowsTheClocksOfItsZoneInSummerAndWinter)
{
  const auto work = period({"mon-sun 08:00-17:00"}, berlin());
  EXPECT_TRUE(work.contains(utc(2026, 3, 28, 7h))) << "CET";
  EXPECT_FALSE(work.contains(utc(2026, 3, 28, 6h)));
  EXPECT_TRUE(work.contains(utc(2026, 3, 29, 6h))) << "CEST, since this night";
  EXPECT_FALSE(work.contains(utc(2026, 3, 29, 15h)));
  EXPECT_TRUE(work.contains(utc(2026, 10, 25, 7h)));
  EXPECT_FALSE(work.contains(utc(2026, 10, 25, 6h))) << "CET, since this night";
}

TEST(TimePeriod, NeverHoldsTheHourThatIsSkippedInSpring)
{
  const auto backup = period({"sun 02:00-03:00"}, berlin());
  int minutes_inside = 0;
  for (auto time = utc(2026, 3, 28, 20h); time < utc(2026, 3, 29, 20h); time += 1min) {
    minutes_inside += backup.contains(time) ? 1 : 0;
  }
  EXPECT_EQ(minutes_inside, 0);
}

TEST(TimePeriod, HoldsTheHourThatComesTwiceInAutumnTwice)
{
  const auto backup = period({"sun 02:00-03:00"}, berlin());
  int minutes_inside = 0;
  for (auto time = utc(2026, 10, 24, 20h); time < utc(2026, 10, 25, 20h); time += 1min) {
    minutes_inside += backup.contains(time) ? 1 : 0;
  }
  EXPECT_EQ(minutes_inside, 120);
}

TEST(TimePeriod, TakesItsDaysFromItsZone)
{
  const auto sunday = period({"sun 00:00-24:00"}, berlin());
  EXPECT_TRUE(sunday.contains(utc(2026, 11, 28, 23h)));
  EXPECT_FALSE(sunday.contains(utc(2026, 11, 29, 23h)));
}

TEST(TimePeriod, WithoutLinesIsNeverAndAlwaysIsAlways)
{
  EXPECT_FALSE(period({}).contains(utc(2026, 11, 28, 23h)));
  for (auto time = utc(2026, 11, 23, 0h); time < utc(2026, 11, 30, 0h); time += 7min) {
    EXPECT_TRUE(TimePeriod::always().contains(time));
  }
}

TEST(TimePeriod, IsRefusedWithTheLineThatIsNoTimeOfTheWeek)
{
  for (const auto* line :
       {"",
        "mon",
        "mon ",
        "monday 08:00-17:00",
        "mon-fry 08:00-17:00",
        "mon- 08:00-17:00",
        "mon, 08:00-17:00",
        "mon 08:00",
        "mon 08:00-08:00",
        "mon 24:01-02:00",
        "mon 08:60-09:00",
        "mon 08:00-17:00,",
        "mon  08:00-17:00",
        "mon 08:00-17:00:00",
        "mon -1:00-17:00",
        "mon,,tue 08:00-09:00"}) {
    const auto parsed = TimePeriod::parse({"tue 08:00-17:00", line}, TimeZone::utc());
    ASSERT_FALSE(parsed.has_value()) << line;
    EXPECT_EQ(
        parsed.error().message,
        "\"" + std::string{line} + "\" is no time of the week; write \"mon-fri 08:00-17:00\"");
  }
}

TEST(TimePeriod, IsReadFromOneTextWithItsZone)
{
  const auto work = one_text("mon-fri 08:00-18:00; sat 09:00-12:00 Europe/Berlin");
  ASSERT_TRUE(work.has_value());
  // In winter, one hour ahead; 7 December 2026 is a Monday.
  EXPECT_TRUE(work->contains(utc(2026, 12, 7, 7h)));
  EXPECT_FALSE(work->contains(utc(2026, 12, 7, 17h)));
  EXPECT_TRUE(work->contains(utc(2026, 12, 5, 8h)));
  // In summer, two.
  EXPECT_TRUE(work->contains(utc(2026, 7, 6, 6h)));
  EXPECT_FALSE(work->contains(utc(2026, 7, 6, 16h)));
}

TEST(TimePeriod, IsInUtcWithoutTheNameOfAZone)
{
  const auto morning = one_text("mon 08:00-09:00");
  ASSERT_TRUE(morning.has_value());
  EXPECT_TRUE(morning->contains(utc(2026, 12, 7, 8h)));
}

TEST(TimePeriod, IsRefusedAsOneTextThatIsNone)
{
  for (const auto* text :
       {"",
        "mon",
        "Europe/Berlin",
        "mon Europe/Berlin",
        "mon 08:00-09:00; Europe/Berlin",
        "mon 08:00-09:00 Mars/Base",
        "mon 08:00-09:00 ../../etc/passwd",
        "mon 08:00-09:00 /etc",
        "mon 08:00-09:00 a//b"}) {
    EXPECT_FALSE(one_text(text).has_value()) << text;
  }
  EXPECT_EQ(one_text("mon 08:00-09:00 Mars/Base").error().message, "no Mars/Base");
}

TEST(TimePeriod, HasItsLimits)
{
  const std::vector<std::string> many(TimePeriod::most_lines + 1, "mon 08:00-17:00");
  EXPECT_FALSE(TimePeriod::parse(many, TimeZone::utc()).has_value());
  std::string ranges = "mon 08:00-17:00";
  while (ranges.size() < TimePeriod::longest_line) {
    ranges += ",08:00-17:00";
  }
  EXPECT_FALSE(TimePeriod::parse({ranges}, TimeZone::utc()).has_value());
}

// Each minute of weeks in which the clocks are put forward and back.
TEST(TimePeriod, FindsTheNextTimeThatIsInside)
{
  const std::vector<std::vector<std::string>> weeks{
      {"mon-fri 08:00-18:00"},
      {"sun 02:15-02:45"},
      {"sat 22:00-06:00"},
      {"sun 00:00-02:00,03:00-24:00"},
      {"sun 02:00-03:00", "wed 12:00-12:01"}};
  for (const auto& lines : weeks) {
    const auto times = period(lines, berlin());
    for (const auto& from : {utc(2026, 3, 27, 0min), utc(2026, 10, 23, 0min)}) {
      EXPECT_EQ(minutes_that_find_another(times, from), 0) << lines[0];
    }
  }
}

TEST(TimePeriod, IsInsideToTheMillisecond)
{
  const auto work = period({"mon-fri 08:00-18:00"});
  EXPECT_EQ(work.next_inside(utc(2026, 11, 23, 7h) + 1ms), utc(2026, 11, 23, 8h));
  EXPECT_EQ(work.next_inside(utc(2026, 11, 23, 18h) - 1ms), utc(2026, 11, 23, 18h) - 1ms);
  EXPECT_EQ(work.next_inside(utc(2026, 11, 23, 18h)), utc(2026, 11, 24, 8h));
}

TEST(TimePeriod, SaysSoWhenThereIsNoNextTime)
{
  EXPECT_FALSE(period({}).next_inside(utc(2026, 11, 23, 8h)));
}

}  // namespace muster::collector
