// SPDX-License-Identifier: Apache-2.0
#include "collector/shown_values.hpp"

#include <optional>
#include <string_view>

#include "collector/history/pictures.hpp"

namespace muster::collector {

namespace {

// What a series of that label is called; nothing: it is of another one.
std::optional<std::string> name_of(std::string_view series, const std::string& label)
{
  if (label.empty()) {
    return std::string{series};
  }
  for (const std::string_view part : {fleet_median, fleet_p95, fleet_max}) {
    if (series == label + " " + std::string{part}) {
      return std::string{part};
    }
  }
  return {};
}

}  // namespace

Expected<ShownValues> shown_values(const HistoryWorker::Values& values, const std::string& label)
{
  ShownValues all;
  all.first = values.first;
  all.step = values.step;
  for (std::size_t i = 0; i < values.series.size(); ++i) {
    auto name = name_of(values.series[i].label, label);
    if (!name) {
      continue;
    }
    ShownSeries series{std::move(*name), values.series[i].unit, {}};
    series.values.reserve(values.rows.size());
    for (const auto& row : values.rows) {
      series.values.push_back(i < row.size() ? row[i] : std::nullopt);
    }
    all.series.push_back(std::move(series));
  }
  if (!label.empty() && all.series.empty()) {
    return failure(
        ErrorCode::not_found, "there is no value " + label + " over the fleet: see the check's page");
  }
  return all;
}

}  // namespace muster::collector
