// SPDX-License-Identifier: Apache-2.0
#include "collector/state/time_zone.hpp"

#include <ctime>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "collector/state/zone_rule.hpp"
#include "tests/unit/collector_state/zone_file.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

sys_seconds utc(int year, unsigned month, unsigned day, std::chrono::minutes time = 0min)
{
  return sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} + time;
}

seconds rule_at(std::string_view rule, sys_seconds time)
{
  const auto parsed = ZoneRule::parse(rule);
  EXPECT_TRUE(parsed.has_value()) << rule;
  return parsed ? parsed->offset_at(time) : seconds{-1};
}

std::string system_file(const std::string& zone)
{
  std::ifstream stream{"/usr/share/zoneinfo/" + zone, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace

TEST(ZoneRule, KnowsSummerToTheSecond)
{
  struct Row {
    const char* rule;
    sys_seconds change;
    std::chrono::minutes before;
    std::chrono::minutes after;
  };

  for (const auto& row : {
           Row{"CET-1CEST,M3.5.0,M10.5.0/3", utc(2026, 3, 29, 60min), 60min, 120min},
           Row{"CET-1CEST,M3.5.0,M10.5.0/3", utc(2026, 10, 25, 60min), 120min, 60min},
           Row{"EST5EDT,M3.2.0,M11.1.0", utc(2040, 3, 11, 7 * 60min), -300min, -240min},
           Row{"EST5EDT,M3.2.0,M11.1.0", utc(2040, 11, 4, 6 * 60min), -240min, -300min},
           Row{"AEST-10AEDT,M10.1.0,M4.1.0/3", utc(2026, 4, 4, 16 * 60min), 660min, 600min},
           Row{"AEST-10AEDT,M10.1.0,M4.1.0/3", utc(2026, 10, 3, 16 * 60min), 600min, 660min},
           Row{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", utc(2026, 10, 3, 15 * 60min + 30min), 630min, 660min},
           Row{"IST-1GMT0,M10.5.0,M3.5.0/1", utc(2026, 3, 29, 60min), 0min, 60min},
           Row{"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2026, 3, 29, 60min), -120min, -60min},
           Row{"AAA0BBB,J60/0,J300/0", utc(2024, 3, 1), 0min, 60min},
           Row{"AAA0BBB,59/0,J300/0", utc(2024, 2, 29), 0min, 60min},
       }) {
    EXPECT_EQ(rule_at(row.rule, row.change - 1s), row.before) << row.rule;
    EXPECT_EQ(rule_at(row.rule, row.change), row.after) << row.rule;
  }
}

TEST(ZoneRule, MayBeWithoutSummer)
{
  EXPECT_EQ(rule_at("UTC0", utc(2026, 7, 1)), 0min);
  EXPECT_EQ(rule_at("<+0545>-5:45", utc(2026, 7, 1)), 345min);
  EXPECT_EQ(rule_at("MST7", utc(2026, 7, 1)), -420min);
}

TEST(ZoneRule, IsRefusedIfItIsNotInTheFormOfPosix)
{
  for (const auto* text :
       {"",
        "1",
        "UT0",
        "UTC",
        "UTC0x",
        "UTC25",
        "UTC0:60",
        "<UTC0",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.1.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J366",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3,",
        "CET-99999999999999999999CEST",
        ",",
        "CET-1CEST,,"}) {
    EXPECT_FALSE(ZoneRule::parse(text).has_value()) << text;
  }
}

TEST(TimeZone, GoesFromChangeToChangeAndThenByItsRule)
{
  ZoneFile file;
  file.offsets = {100, 3600, 7200};
  file.changes = {{1000, 1}, {2000, 2}, {3000, 1}};
  file.rule = "<+04>-4";
  const auto zone = TimeZone::parse(file.bytes());
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->offset_at(Time{999'999ms}), 100s);
  EXPECT_EQ(zone->offset_at(Time{1000s}), 1h);
  EXPECT_EQ(zone->offset_at(Time{1999'999ms}), 1h);
  EXPECT_EQ(zone->offset_at(Time{2000s}), 2h);
  EXPECT_EQ(zone->offset_at(Time{3000s}), 4h) << "RFC 8536: from the last change on, the rule holds";
}

TEST(TimeZone, StaysAsItIsWithoutARule)
{
  ZoneFile file;
  file.offsets = {100, 3600};
  EXPECT_EQ(TimeZone::parse(file.bytes())->offset_at(Time{5000s}), 100s);
  file.changes = {{1000, 1}};
  EXPECT_EQ(TimeZone::parse(file.bytes())->offset_at(Time{5000s}), 1h);
}

TEST(TimeZone, IsReadFromNoFileThatIsCutOff)
{
  ZoneFile file;
  file.offsets = {100, 3600};
  file.changes = {{1000, 1}, {2000, 0}};
  const auto whole = file.bytes();
  for (std::size_t length = 0; length < whole.size() - 3; ++length) {
    EXPECT_FALSE(TimeZone::parse(whole.substr(0, length)).has_value()) << length;
  }
  EXPECT_TRUE(TimeZone::parse(whole).has_value());
}

TEST(TimeZone, IsReadFromNoFileThatContradictsItself)
{
  const auto is_read = [](auto change) {
    ZoneFile file;
    file.offsets = {100, 3600};
    file.changes = {{1000, 1}, {2000, 0}};
    change(file);
    return TimeZone::parse(file.bytes()).has_value();
  };
  EXPECT_TRUE(is_read([](ZoneFile&) {}));
  EXPECT_FALSE(is_read([](ZoneFile& file) { file.changes[1].type = 2; }));
  EXPECT_FALSE(is_read([](ZoneFile& file) { file.changes[1].at = 1000; }));
  EXPECT_FALSE(is_read([](ZoneFile& file) { file.offsets[1] = 26 * 3600 + 1; }));
  EXPECT_FALSE(is_read([](ZoneFile& file) { file.offsets[0] = -26 * 3600 - 1; }));
  EXPECT_FALSE(is_read([](ZoneFile& file) { file.rule = "nonsense"; }));
  EXPECT_FALSE(is_read([](ZoneFile& file) { file.version = '\0'; })) << "it would end in 2037";
  EXPECT_FALSE(is_read([](ZoneFile& file) {
    file.offsets.clear();
    file.changes.clear();
  }));
  EXPECT_FALSE(TimeZone::parse(std::string(TimeZone::largest_file + 1, 'x')).has_value());
}

TEST(TimeZone, PromisesOfHugeCountsAreNotBelieved)
{
  auto bytes = ZoneFile{}.bytes();
  bytes.replace(32, 4, "\xFF\xFF\xFF\xFF", 4);
  EXPECT_FALSE(TimeZone::parse(bytes).has_value());
}

TEST(TimeZone, OfTheSystemChangesItsClocksToTheSecond)
{
  const auto file = system_file("Europe/Berlin");
  if (file.empty()) {
    return;  // a machine without tzdata
  }
  const auto berlin = TimeZone::parse(file);
  ASSERT_TRUE(berlin.has_value());
  for (const int year : {2010, 2026, 2037, 2050}) {
    // The last Sundays of March and October, 01:00 UTC.
    const auto spring = sys_days{std::chrono::year{year} / 3 / std::chrono::Sunday[std::chrono::last]} + 1h;
    const auto autumn = sys_days{std::chrono::year{year} / 10 / std::chrono::Sunday[std::chrono::last]} + 1h;
    EXPECT_EQ(berlin->offset_at(spring - 1ms), 1h) << year;
    EXPECT_EQ(berlin->offset_at(spring), 2h) << year;
    EXPECT_EQ(berlin->offset_at(autumn - 1ms), 2h) << year;
    EXPECT_EQ(berlin->offset_at(autumn), 1h) << year;
  }
}

TEST(TimeZone, IsFoundByNamesThatLeadNowhereElse)
{
  for (const auto* name : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+1"}) {
    EXPECT_TRUE(is_zone_name(name)) << name;
  }
  for (const auto* name : {"", "/etc/passwd", "../x", "Europe//Berlin", "Europe/", "a b", "Z\xC3\xBCrich"}) {
    EXPECT_FALSE(is_zone_name(name)) << name;
  }
  EXPECT_FALSE(is_zone_name(std::string(65, 'a')));
}

// The C library reads the same files: an independent witness for sixty years, each of them around its
// changes.
TEST(TimeZone, SaysWhatTheCLibrarySays)
{
  const char* before = std::getenv("TZ");
  const std::string restore = before == nullptr ? "" : before;
  for (const auto* name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"}) {
    const auto file = system_file(name);
    if (file.empty()) {
      continue;  // a machine without tzdata has no witness
    }
    const auto zone = TimeZone::parse(file);
    ASSERT_TRUE(zone.has_value()) << name;
    ::setenv("TZ", name, 1);
    ::tzset();
    for (auto time = utc(1995, 1, 1); time < utc(2055, 1, 1); time += 30min * 5) {
      const std::time_t clock = time.time_since_epoch().count();
      std::tm parts{};
      ::localtime_r(&clock, &parts);
      ASSERT_EQ(zone->offset_at(time).count(), parts.tm_gmtoff) << name << " at " << clock;
    }
  }
  before == nullptr ? ::unsetenv("TZ") : ::setenv("TZ", restore.c_str(), 1);
  ::tzset();
}

}  // namespace muster::collector
