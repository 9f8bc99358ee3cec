// SPDX-License-Identifier: Apache-2.0
#include "collector/history/series.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<Reading> readings(std::string_view perfdata)
{
  return readings_of(parse_perfdata(perfdata));
}

Reading only_reading(std::string_view perfdata)
{
  const auto all = readings(perfdata);
  return all.size() == 1 ? all.front() : Reading{};
}

std::vector<std::string> names(const SeriesTable& table)
{
  std::vector<std::string> found;
  for (const auto& series : table.series()) {
    found.push_back(series.data_source);
  }
  return found;
}

Series nameless(const std::string& name, SeriesKind kind = SeriesKind::gauge)
{
  Series series;
  series.data_source = name;
  series.kind = kind;
  return series;
}

std::vector<std::string> names_of(std::string_view perfdata, SeriesNaming naming = SeriesNaming::by_label)
{
  SeriesTable table{naming};
  table.take_in(readings(perfdata));
  return names(table);
}

}  // namespace

TEST(Series, BringsUnitsToSecondsAndBytes)
{
  struct Case {
    std::string printed;
    double value;
    std::string unit;
  };

  const std::vector<Case> cases{
      {"2s", 2, "s"},
      {"250ms", 0.25, "s"},
      {"250us", 0.00025, "s"},
      {"250\u00b5s", 0.00025, "s"},
      {"500ns", 5e-7, "s"},
      {"3B", 3, "B"},
      {"3KB", 3072, "B"},
      {"3kB", 3072, "B"},
      {"1.5MB", 1572864, "B"},
      {"1MiB", 1048576, "B"},
      {"1GB", 1073741824, "B"},
      {"1TB", 1099511627776, "B"},
      {"1PB", 1125899906842624, "B"},
      {"97%", 97, "%"},
      {"5", 5, ""},
      {"8Mb", 8, "Mb"},
      {"7packets", 7, "packets"},
      {"42c", 42, "c"}};
  for (const auto& [printed, value, unit] : cases) {
    const auto reading = only_reading("a=" + printed);
    EXPECT_DOUBLE_EQ(reading.value.value_or(-1), value) << printed;
    EXPECT_EQ(reading.unit, unit) << printed;
    EXPECT_EQ(reading.kind, printed == "42c" ? SeriesKind::derive : SeriesKind::gauge) << printed;
  }
}

TEST(Series, ConvertsThresholdsAndLimitsWithTheirValue)
{
  const auto reading = only_reading("rta=10ms;~:100;@200:500;0;1000");
  ASSERT_TRUE(reading.warning && reading.critical);
  EXPECT_DOUBLE_EQ(reading.warning->end, 0.1);
  EXPECT_EQ(reading.warning->start, -std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(reading.critical->start, 0.2);
  EXPECT_TRUE(reading.critical->alert_inside);
  EXPECT_EQ(reading.min, 0);
  EXPECT_EQ(reading.max, 1);
}

TEST(Series, KeepsNoValueThatIsNone)
{
  EXPECT_FALSE(only_reading("a=1e999").value);
  EXPECT_TRUE(readings("a=U").empty());
}

TEST(Series, LetsTheFirstOfARepeatedLabelCount)
{
  const auto all = readings("a=1 a=2 a=3s");
  ASSERT_EQ(all.size(), 2);
  EXPECT_EQ(all[0].value, 1);
  EXPECT_EQ(all[1].unit, "s");
}

TEST(Series, NamesADataSourceAsItsLabelWhereThatIsAName)
{
  EXPECT_THAT(
      names_of("load1=1 used_percent=2 _=3 nineteen_characters=4"),
      ElementsAre("load1", "used_percent", "_", "nineteen_characters"));
}

TEST(Series, NamesEveryOtherLabelUniquelyAndTheSameInEveryOrder)
{
  const auto forth =
      names_of("/var=1 /var_=1 '/var '=1 -var=1 twenty_characters_xx=1 \u00e9t\u00e9=1 C:\\=1");
  const auto back = names_of("C:\\=1 \u00e9t\u00e9=1 twenty_characters_xx=1 -var=1 '/var '=1 /var_=1 /var=1");
  EXPECT_EQ(std::set<std::string>(forth.begin(), forth.end()).size(), forth.size());
  EXPECT_EQ(
      std::set<std::string>(forth.begin(), forth.end()), std::set<std::string>(back.begin(), back.end()));
  for (const auto& name : forth) {
    EXPECT_TRUE(is_data_source_name(name)) << name;
  }
  EXPECT_EQ(forth[0].substr(0, 5), "_var_");
}

TEST(Series, NamesNeverChange)
{
  // Recorded: a name that changed would begin every history anew.
  EXPECT_THAT(names_of("/=1 /var/log=1"), ElementsAre("__w6tdqkzt", "_var_log_geq3wilv"));
}

TEST(Series, FindsAnotherNameWhenALabelIsTheNameOfAnother)
{
  const auto taken = names_of("/=1").front();
  const auto both = names_of(taken + "=1 /=1");
  ASSERT_EQ(both.size(), 2);
  EXPECT_EQ(both[0], taken);
  EXPECT_NE(both[1], taken);
  EXPECT_TRUE(is_data_source_name(both[1]));
}

TEST(Series, TakesALabelWithAnotherUnitForAnotherSeries)
{
  SeriesTable table{SeriesNaming::by_label};
  table.take_in(readings("size=1MB"));
  EXPECT_TRUE(table.take_in(readings("size=2GB")).added.empty());
  EXPECT_THAT(table.take_in(readings("size=50%")).added, ElementsAre(1));
  EXPECT_THAT(table.take_in(readings("size=50c")).added, ElementsAre(2));
  EXPECT_THAT(table.row(readings("size=50%")), ElementsAre(std::nullopt, 50.0, std::nullopt));
}

TEST(Series, KeepsTheOrderOfTheFileAndLeavesHolesForWhatIsMissing)
{
  SeriesTable table{SeriesNaming::by_label};
  EXPECT_THAT(table.take_in(readings("a=1 b=2")).added, ElementsAre(0, 1));
  EXPECT_THAT(table.take_in(readings("c=3 a=4")).added, ElementsAre(2));
  EXPECT_THAT(table.row(readings("c=3 a=4")), ElementsAre(4.0, std::nullopt, 3.0));
}

TEST(Series, MakesNoRoomForAValueThatWasNeverThere)
{
  SeriesTable table{SeriesNaming::by_label};
  EXPECT_TRUE(table.take_in(readings("a=1e999")).added.empty());
  EXPECT_TRUE(table.series().empty());
}

TEST(Series, TellsWhenAThresholdChanges)
{
  SeriesTable table{SeriesNaming::by_label};
  EXPECT_TRUE(table.take_in(readings("a=1;5")).notes_changed);
  EXPECT_FALSE(table.take_in(readings("a=2;5")).notes_changed);
  EXPECT_TRUE(table.take_in(readings("a=2;6")).notes_changed);
  EXPECT_EQ(table.series().front().warning->end, 6);
}

TEST(Series, FindsTheSeriesOfALostSidecarByTheirNames)
{
  const auto name = names_of("/var=1MB").front();
  SeriesTable table{
      SeriesNaming::by_label, {nameless("load1"), nameless(name), nameless("x", SeriesKind::derive)}};
  const auto change = table.take_in(readings("/var=1MB load1=2 x=3"));
  EXPECT_THAT(change.added, ElementsAre(3)) << "x is a counter in the file";
  EXPECT_EQ(table.series()[0].label, "load1");
  EXPECT_EQ(table.series()[1].label, "/var");
  EXPECT_NE(table.series()[3].data_source, "x");
}

TEST(Series, NumbersDataSourcesForPnpAndTakesOverThoseThatAreThere)
{
  EXPECT_THAT(names_of("load1=1 /=2", SeriesNaming::by_number), ElementsAre("1", "2"));
  SeriesTable table{SeriesNaming::by_number, {nameless("1"), nameless("2")}};
  EXPECT_THAT(table.take_in(readings("a=1 b=2 c=3")).added, ElementsAre(2));
  EXPECT_THAT(names(table), ElementsAre("1", "2", "3"));
  EXPECT_EQ(table.series()[1].label, "b");
}

TEST(Series, LeavesOutWhatAFileHasNoRoomFor)
{
  SeriesTable table{SeriesNaming::by_label};
  std::string many;
  for (std::size_t i = 0; i < max_data_sources_per_file + 5; ++i) {
    many += "v" + std::to_string(i) + "=1 ";
  }
  EXPECT_EQ(table.take_in(readings(many)).added.size(), max_data_sources_per_file);
  EXPECT_EQ(table.take_in(readings("another=1")).left_out, 1);
}

TEST(Series, TakesOnlyLimitsThatCannotLie)
{
  struct Case {
    std::string perfdata;
    std::optional<double> lower;
    std::optional<double> upper;
  };

  const std::vector<Case> cases{
      {"a=5;;;0;10", 0, std::nullopt},
      {"a=50%;;;0;100", 0, 100},
      {"a=150%;;;0;100", 0, std::nullopt},
      {"a=50%;;;0;90", 0, std::nullopt},
      {"a=-5;;;0", std::nullopt, std::nullopt},
      {"a=-5;;;-10;10", std::nullopt, std::nullopt},
      {"a=5c", 0, std::nullopt},
      {"a=5", std::nullopt, std::nullopt}};
  for (const auto& [perfdata, lower, upper] : cases) {
    const auto limits = limits_of(only_reading(perfdata));
    EXPECT_EQ(limits.lower, lower) << perfdata;
    EXPECT_EQ(limits.upper, upper) << perfdata;
  }
}

TEST(Series, WaitsTwoIntervalsForAValue)
{
  EXPECT_EQ(heartbeat_of(1min), 3min);
  EXPECT_EQ(heartbeat_of(5min), 11min);
  EXPECT_EQ(heartbeat_of(0s), 11min);
  EXPECT_EQ(heartbeat_of(24h), 48h);
  EXPECT_EQ(heartbeat_of(std::chrono::seconds::max()), 48h);
}

TEST(Series, WritesARowAsLibrrdTakesIt)
{
  SeriesTable table{SeriesNaming::by_label};
  table.take_in(readings("a=1 b=2c c=3 d=4c"));
  const auto row = readings("a=0.25ms b=12345678901c c=-1e300 d=1.6c");
  table.take_in(row);
  EXPECT_EQ(
      update_text(std::chrono::sys_seconds{1700000000s}, table, row),
      "1700000000:U:12345678901:-1e+300:2:0.00025");
  EXPECT_EQ(update_text(std::chrono::sys_seconds{7s}, table, readings("b=1e30c")), "7:U:U:U:U:U");
}

}  // namespace muster::collector
