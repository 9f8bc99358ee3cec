// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "collector/history/rrd_drawing.hpp"
#include "collector/history/rrd_layout.hpp"
#include "libmuster/error.hpp"

// Which lines, colours and thresholds a picture of a check has. Reads the sidecars of the history's files;
// any thread.
namespace muster::collector {

// The fleet's own history of a check lies under this name, which no node can have.
inline constexpr const char* fleet_node = "@fleet";
// Of the values of a check over all nodes, under this one: for each label LABEL " median", " p95" and " max".
inline constexpr const char* fleet_values_node = "@values";
// Labels of its values.
inline constexpr const char* fleet_median = "median";
inline constexpr const char* fleet_p95 = "p95";
inline constexpr const char* fleet_max = "max";

struct PictureQuery {
  enum class Kind { values, fleet_band, fleet_values, fleet_states };

  Kind kind = Kind::values;
  std::string node;
  std::string check;
  // Of fleet_values which one; of values one of those to draw: with it come all of its unit. Empty: the
  // first.
  std::string label;
  std::chrono::sys_seconds from;
  std::chrono::sys_seconds to;
  int width = 720;
  int height = 180;
  bool dark = false;
  bool svg = true;
};

// The name under which the file of such a picture lies: its node, or one of the above.
std::string kept_under(const PictureQuery& query);

// not_found: nothing is kept of this check, or no value of this label.
Expected<Drawing> picture_of(const RrdLayout& layout, const PictureQuery& query);

// What a file has, for reading its numbers.
struct KeptSeries {
  std::filesystem::path file;
  std::vector<Series> series;
};

Expected<KeptSeries> kept_series(const RrdLayout& layout, const std::string& node, const std::string& check);

}  // namespace muster::collector
