// SPDX-License-Identifier: Apache-2.0
#include "collector/history/pictures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "collector/history/series_notes.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::collector {

namespace {

// Told apart by people who see red and green alike, on light and dark ground.
constexpr std::array line_colors{
    "3b82c4", "d9822b", "3a9c6e", "b0578d", "7a6fc4", "8a8f3a", "2aa5a5", "9c6b3a"};
constexpr const char* warning_color = "d9a40088";
constexpr const char* critical_color = "d0353588";

struct StateColor {
  const char* label;
  const char* color;
};

constexpr std::array<StateColor, 5> state_colors{{
    {"critical", "d03535"},
    {"unknown", "8a63b8"},
    {"warning", "e0a800"},
    {"missing", "9aa0a6"},
    {"ok", "4caf7866"},
}};

const Series* find_series(const KeptSeries& kept, std::string_view label)
{
  const auto found = std::find_if(
      kept.series.begin(), kept.series.end(), [&](const Series& series) { return series.label == label; });
  return found == kept.series.end() ? nullptr : &*found;
}

// The border that most people mean: "90" alerts above it, "10:" below.
void add_level(
    Drawing& drawing, const std::optional<ThresholdRange>& range, const char* color, const std::string& label)
{
  if (!range) {
    return;
  }
  const double border = std::isfinite(range->end) ? range->end : range->start;
  if (std::isfinite(border)) {
    drawing.levels.push_back({border, color, label});
  }
}

DrawnSeries drawn_from(const KeptSeries& kept, const Series& series)
{
  DrawnSeries drawn;
  drawn.file = kept.file;
  drawn.data_source = series.data_source;
  return drawn;
}

// Thresholds of the first series only: those of many would be a fence.
void add_values(Drawing& drawing, const KeptSeries& kept)
{
  for (std::size_t i = 0; i < std::min(kept.series.size(), most_drawn_series); ++i) {
    const auto& series = kept.series[i];
    auto drawn = drawn_from(kept, series);
    drawn.color = line_colors.at(i % line_colors.size());
    drawn.label = series.label.empty() ? series.data_source : series.label;
    drawing.series.push_back(std::move(drawn));
  }
  if (!kept.series.empty()) {
    const auto& first = kept.series.front();
    drawing.unit = first.kind == SeriesKind::derive ? "per second" : first.unit;
    drawing.lowest = first.min;
    add_level(drawing, first.warning, warning_color, "warning of " + first.label);
    add_level(drawing, first.critical, critical_color, "critical of " + first.label);
  }
}

// `prefix` is what stands before the words for the three in the file.
void add_band(Drawing& drawing, const KeptSeries& kept, const std::string& prefix)
{
  const std::array<std::pair<const char*, const char*>, 3> parts{
      {{fleet_max, "3b82c422"}, {fleet_p95, "3b82c444"}, {fleet_median, "3b82c4"}}};
  for (const auto& [part, color] : parts) {
    if (const auto* series = find_series(kept, prefix + part)) {
      auto drawn = drawn_from(kept, *series);
      drawn.style = part == fleet_median ? DrawnSeries::Style::line : DrawnSeries::Style::area;
      drawn.color = color;
      drawn.label = part;
      drawing.series.push_back(std::move(drawn));
      drawing.unit = series->unit;
      drawing.lowest = series->min;
    }
  }
}

void add_values_band(Drawing& drawing, const KeptSeries& kept, const std::string& label)
{
  const auto prefix = label + " ";
  add_band(drawing, kept, prefix);
  if (const auto* median = find_series(kept, prefix + fleet_median)) {
    add_level(drawing, median->warning, warning_color, "warning");
    add_level(drawing, median->critical, critical_color, "critical");
  }
}

void add_states(Drawing& drawing, const KeptSeries& kept)
{
  for (const auto& state : state_colors) {
    if (const auto* series = find_series(kept, state.label)) {
      auto drawn = drawn_from(kept, *series);
      drawn.style = drawing.series.empty() ? DrawnSeries::Style::area : DrawnSeries::Style::stacked;
      drawn.color = state.color;
      drawn.label = state.label;
      drawing.series.push_back(std::move(drawn));
    }
  }
  drawing.unit = "nodes";
  drawing.lowest = 0;
}

void add_content(Drawing& drawing, const KeptSeries& kept, const PictureQuery& query)
{
  switch (query.kind) {
  case PictureQuery::Kind::values:
    add_values(drawing, kept);
    break;
  case PictureQuery::Kind::fleet_band:
    add_band(drawing, kept, "");
    break;
  case PictureQuery::Kind::fleet_values:
    add_values_band(drawing, kept, query.label);
    break;
  case PictureQuery::Kind::fleet_states:
    add_states(drawing, kept);
    break;
  }
}

}  // namespace

std::string kept_under(const PictureQuery& query)
{
  if (query.kind == PictureQuery::Kind::values) {
    return query.node;
  }
  return query.kind == PictureQuery::Kind::fleet_values ? fleet_values_node : fleet_node;
}

Expected<KeptSeries> kept_series(const RrdLayout& layout, const std::string& node, const std::string& check)
{
  const auto paths = history_paths(layout, node, check);
  if (!paths) {
    return tl::unexpected{paths.error()};
  }
  const auto text = runtime::read_text_file(paths->sidecar, max_series_notes_bytes);
  std::error_code unreadable;
  if (!text || !std::filesystem::exists(paths->rrd, unreadable)) {
    return failure(
        ErrorCode::not_found,
        "there is no history of " + check + " of " +
            (node == fleet_node || node == fleet_values_node ? "the fleet" : node) +
            " yet: it begins with the first result that has numbers");
  }
  auto notes = parse_notes(*text);
  if (!notes) {
    return tl::unexpected{notes.error().with_context(paths->sidecar.string())};
  }
  return KeptSeries{paths->rrd, std::move(notes->series)};
}

Expected<Drawing> picture_of(const RrdLayout& layout, const PictureQuery& query)
{
  const bool of_fleet = query.kind != PictureQuery::Kind::values;
  const auto kept = kept_series(layout, kept_under(query), query.check);
  if (!kept) {
    return tl::unexpected{kept.error()};
  }
  Drawing drawing;
  drawing.title = of_fleet ? query.check + " of the fleet" : query.check + " of " + query.node;
  drawing.from = query.from;
  drawing.to = query.to;
  drawing.width = query.width;
  drawing.height = query.height;
  drawing.dark = query.dark;
  drawing.svg = query.svg;
  add_content(drawing, *kept, query);
  if (drawing.series.empty()) {
    return failure(ErrorCode::not_found, "there is no history of these values of " + query.check + " yet");
  }
  return drawing;
}

}  // namespace muster::collector
