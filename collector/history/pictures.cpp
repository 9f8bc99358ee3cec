// SPDX-License-Identifier: Apache-2.0
#include "collector/history/pictures.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "collector/history/series_notes.hpp"
#include "collector/history/threshold_levels.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::collector {

namespace {

// Told apart by people who see red and green alike, on light and dark ground.
constexpr std::array line_colors{
    "3b82c4", "d9822b", "3a9c6e", "b0578d", "7a6fc4", "8a8f3a", "2aa5a5", "9c6b3a"};

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

DrawnSeries drawn_from(const KeptSeries& kept, const Series& series)
{
  DrawnSeries drawn;
  drawn.file = kept.file;
  drawn.data_source = series.data_source;
  return drawn;
}

// A picture has one axis.
std::string axis_of(const Series& series)
{
  return series.kind == SeriesKind::derive ? "per second" : series.unit;
}

std::string name_of(const Series& series)
{
  return series.label.empty() ? series.data_source : series.label;
}

// Of a label that came back with another unit the newer series, which is behind the older one.
Expected<Series> series_asked_for(const KeptSeries& kept, const std::string& label)
{
  if (kept.series.empty()) {
    return failure(ErrorCode::not_found, "there is no history of these values yet");
  }
  const auto found = label.empty()
                         ? std::prev(kept.series.rend())
                         : std::find_if(kept.series.rbegin(), kept.series.rend(), [&](const auto& one) {
                             return one.label == label;
                           });
  if (found == kept.series.rend()) {
    return failure(ErrorCode::not_found, "there is no history of a value " + label);
  }
  return *found;
}

// All that have the unit of `first`, in their order; it is among the first that are drawn.
std::vector<Series> series_of_its_unit(const KeptSeries& kept, const Series& first)
{
  std::vector<Series> group;
  std::copy_if(kept.series.begin(), kept.series.end(), std::back_inserter(group), [&](const Series& series) {
    return axis_of(series) == axis_of(first);
  });
  const auto place = std::find(group.begin(), group.end(), first);
  if (place - group.begin() >= static_cast<std::ptrdiff_t>(most_drawn_series)) {
    std::rotate(group.begin(), place, std::next(place));
  }
  return group;
}

void add_values(Drawing& drawing, const KeptSeries& kept, const Series& asked)
{
  auto group = series_of_its_unit(kept, asked);
  if (group.size() > most_drawn_series) {
    drawing.notes.push_back(fmt::format("{} more values are not drawn", group.size() - most_drawn_series));
    group.resize(most_drawn_series);
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto drawn = drawn_from(kept, group[i]);
    drawn.color = line_colors.at(i % line_colors.size());
    drawn.label = name_of(group[i]);
    drawing.series.push_back(std::move(drawn));
    if (group[i].min) {
      drawing.lowest = std::min(drawing.lowest.value_or(*group[i].min), *group[i].min);
    }
  }
  drawing.unit = axis_of(asked);
  add_thresholds(drawing, group);
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
    auto thresholds = *median;
    thresholds.label.clear();
    add_thresholds(drawing, {thresholds});
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

Expected<void> add_content(Drawing& drawing, const KeptSeries& kept, const PictureQuery& query)
{
  switch (query.kind) {
  case PictureQuery::Kind::values:
    return series_asked_for(kept, query.label).map([&](const Series& asked) {
      add_values(drawing, kept, asked);
    });
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
  return {};
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
    return tl::unexpected{notes.error().with_context(paths->sidecar)};
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
  if (const auto added = add_content(drawing, *kept, query); !added) {
    return tl::unexpected{added.error().with_context(query.check + " of " + query.node)};
  }
  if (drawing.series.empty()) {
    return failure(ErrorCode::not_found, "there is no history of these values of " + query.check + " yet");
  }
  return drawing;
}

}  // namespace muster::collector
