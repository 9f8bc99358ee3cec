// SPDX-License-Identifier: Apache-2.0
#include "collector/shown_values.hpp"

#include <gtest/gtest.h>

namespace muster::collector {

namespace {

HistoryWorker::Values values_of(const std::vector<std::string>& labels)
{
  HistoryWorker::Values values;
  values.rows.resize(2);
  for (const auto& label : labels) {
    Series series;
    series.label = label;
    series.unit = "s";
    values.series.push_back(series);
    values.rows[0].push_back(static_cast<double>(values.series.size()));
    values.rows[1].push_back(std::nullopt);
  }
  return values;
}

}  // namespace

TEST(ShownValues, AreAllSeriesWithoutALabel)
{
  const auto all = shown_values(values_of({"load1", "load5"}), "").value();
  ASSERT_EQ(all.series.size(), 2U);
  EXPECT_EQ(all.series[1].label, "load5");
  EXPECT_EQ(all.series[1].unit, "s");
  EXPECT_EQ(all.series[1].values, (std::vector<std::optional<double>>{2.0, std::nullopt}));
}

TEST(ShownValues, AreWhatTheFleetHasOfALabel)
{
  const auto all =
      shown_values(values_of({"load1 median", "load15 median", "load15 max", "load15"}), "load15").value();
  ASSERT_EQ(all.series.size(), 2U);
  EXPECT_EQ(all.series[0].label, "median");
  EXPECT_EQ(all.series[0].values[0], 2.0);
  EXPECT_EQ(all.series[1].label, "max");
  EXPECT_EQ(all.series[1].values[0], 3.0);
}

TEST(ShownValues, AreNotFoundForALabelThatIsNotThere)
{
  EXPECT_EQ(shown_values(values_of({"load1 median"}), "load").error().code, ErrorCode::not_found);
}

}  // namespace muster::collector
