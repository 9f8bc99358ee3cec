// SPDX-License-Identifier: Apache-2.0
#include "collector/history/threshold_levels.hpp"

#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "libmuster/model/decimal.hpp"

namespace muster::collector {

namespace {

constexpr const char* warning_color = "d9a40088";
constexpr const char* critical_color = "d0353588";

struct Border {
  double value;
  const char* side;  // of it there is the trouble

  bool operator<(const Border& other) const
  {
    return std::pair{value, std::string_view{side}} < std::pair{other.value, std::string_view{other.side}};
  }
};

std::vector<Border> borders_of(const ThresholdRange& range)
{
  const bool unwritten = range.start == 0 && std::isfinite(range.end) && !range.alert_inside;
  std::vector<Border> borders;
  if (std::isfinite(range.start) && !unwritten) {
    borders.push_back({range.start, range.alert_inside ? "from" : "below"});
  }
  if (std::isfinite(range.end)) {
    borders.push_back({range.end, range.alert_inside ? "to" : "above"});
  }
  return borders;
}

// As the numbers of the legend have it: 12.5k, 3.2G.
std::string amount_of(double number)
{
  constexpr double step = 1000;
  constexpr double least_scaled = 10 * step;
  constexpr std::array letters{"", "k", "M", "G", "T", "P", "E"};
  std::size_t place = 0;
  if (std::abs(number) >= least_scaled) {
    for (; std::abs(number) >= step && place + 1 < letters.size(); ++place) {
      number /= step;
    }
  }
  return place == 0 ? format_decimal(number) : fmt::format("{:.4g}{}", number, letters.at(place));
}

using Range = std::optional<ThresholdRange> Series::*;
using Owners = std::map<Border, std::vector<std::string>>;  // the labels of whom it is a border

Owners owners_of(const std::vector<Series>& series, Range range)
{
  Owners owners;
  for (const auto& one : series) {
    for (const auto& border : one.*range ? borders_of(*(one.*range)) : std::vector<Border>{}) {
      owners[border].push_back(one.label);
    }
  }
  return owners;
}

std::string whose(const std::vector<std::string>& labels, std::size_t all)
{
  if (labels.front().empty() || (labels.size() == all && all > 1)) {
    return "";
  }
  return labels.size() == 1 ? " of " + labels.front()
                            : fmt::format(" of {} and {} more", labels.front(), labels.size() - 1);
}

void add_levels(Drawing& drawing, const Owners& owners, std::size_t all, const char* word, const char* color)
{
  for (const auto& [border, labels] : owners) {
    drawing.levels.push_back(
        {border.value,
         color,
         fmt::format("{}{} {} {}", word, whose(labels, all), border.side, amount_of(border.value))});
  }
}

}  // namespace

void add_thresholds(Drawing& drawing, const std::vector<Series>& series)
{
  const auto warnings = owners_of(series, &Series::warning);
  const auto criticals = owners_of(series, &Series::critical);
  const auto count = warnings.size() + criticals.size();
  if (count > most_levels) {
    drawing.notes.push_back(fmt::format("{} different thresholds are not drawn", count));
    return;
  }
  add_levels(drawing, warnings, series.size(), "warning", warning_color);
  add_levels(drawing, criticals, series.size(), "critical", critical_color);
}

}  // namespace muster::collector
