// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/archives.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// One data source of one file in a picture.
struct DrawnSeries {
  enum class Style { line, area, stacked };

  std::filesystem::path file;
  std::string data_source;
  Consolidation consolidation = Consolidation::average;
  Style style = Style::line;
  std::string color;  // rrggbb or rrggbbaa
  std::string label;  // of a stranger: any bytes; empty: it has no place in the legend
};

// A level that means something, such as a threshold.
struct DrawnLevel {
  double value = 0;
  std::string color;
  std::string label;
};

struct Drawing {
  std::string title;
  std::string unit;  // of the vertical axis
  std::chrono::sys_seconds from;
  std::chrono::sys_seconds to;
  int width = 720;  // of the canvas, in pixels
  int height = 180;
  bool dark = false;
  bool svg = true;  // false: PNG
  std::optional<double> lowest;
  std::vector<DrawnSeries> series;
  std::vector<DrawnLevel> levels;
  std::vector<std::string> notes;  // lines below the legend: what is not in the picture
};

// More lines than anybody can tell apart.
inline constexpr std::size_t most_drawn_series = 16;

// The picture's bytes. Takes some milliseconds to some seconds, and one at a time in a process: librrd is not
// made for more. Any thread. Fails with io_failure and says what librrd says.
Expected<std::string> draw(const Drawing& drawing);

}  // namespace muster::collector
