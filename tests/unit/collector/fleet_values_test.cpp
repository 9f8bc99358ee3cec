// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_values.hpp"

#include <map>

#include <gtest/gtest.h>

#include "collector/history/pictures.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

const std::chrono::sys_seconds noon{std::chrono::seconds{1'790'000'000}};

Measurement measured(
    const std::string& node, const std::string& perfdata, std::chrono::sys_seconds time = noon)
{
  return {node, "check_load", time, 60s, parse_perfdata(perfdata)};
}

// Of the only check.
std::map<std::string, double> values_in(const std::vector<Measurement>& measurements)
{
  std::map<std::string, double> values;
  for (const auto& measurement : measurements) {
    for (const auto& value : measurement.perfdata.values) {
      values[value.label] = value.value;
    }
  }
  return values;
}

using Values = std::map<std::string, double>;

}  // namespace

TEST(FleetValues, KeepMedianP95AndGreatestOfEachLabelOverTheNodes)
{
  FleetValues fleet;
  for (int number = 1; number <= 100; ++number) {
    fleet.take({measured("web" + std::to_string(number), "load1=" + std::to_string(number) + ";150;200;0")});
  }
  const auto measurements = fleet.measurements(noon);
  EXPECT_EQ(values_in(measurements), (Values{{"load1 median", 50}, {"load1 p95", 95}, {"load1 max", 100}}));
  EXPECT_EQ(measurements.at(0).node, fleet_values_node);
  EXPECT_EQ(measurements.at(0).check, "check_load");
  EXPECT_EQ(measurements.at(0).perfdata.values.at(0).warning->end, 150);
}

TEST(FleetValues, TakeTheNewestOfANodeAndNoneThatIsTooOld)
{
  FleetValues fleet;
  fleet.take(
      {measured("web1", "a=1", noon),
       measured("web1", "a=7", noon - 60s),
       measured("web2", "a=9", noon - 1h)});
  EXPECT_EQ(values_in(fleet.measurements(noon)), (Values{{"a median", 1}, {"a p95", 1}, {"a max", 1}}));
  EXPECT_TRUE(fleet.measurements(noon + 1h).empty());
}

TEST(FleetValues, CompareInOneUnitAndLeaveCountersOut)
{
  FleetValues fleet;
  fleet.take({measured("web1", "time=500ms hits=3c"), measured("web2", "time=2s hits=5c")});
  EXPECT_EQ(
      values_in(fleet.measurements(noon)), (Values{{"time median", 0.5}, {"time p95", 2}, {"time max", 2}}));
}

TEST(FleetValues, ForgetANodeAndBoundWhatNodesMakeUp)
{
  FleetValues fleet;
  for (int number = 0; number < 100; ++number) {
    fleet.take({measured("web1", "l" + std::to_string(number) + "=1")});
  }
  fleet.take({measured("web2", "l0=5 l99=5")});
  EXPECT_EQ(values_in(fleet.measurements(noon)), (Values{{"l0 median", 5}, {"l0 p95", 5}, {"l0 max", 5}}));
  fleet.forget("web2");
  EXPECT_TRUE(values_in(fleet.measurements(noon)).empty());
}

}  // namespace muster::collector
