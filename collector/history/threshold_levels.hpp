// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "collector/history/rrd_drawing.hpp"
#include "collector/history/series.hpp"

namespace muster::collector {

// More would be a fence in front of the lines.
inline constexpr std::size_t most_levels = 8;

// The borders of all thresholds of the series, those that several share once. A range has two: of `10:60`
// below 10 and above 60; the 0 that nobody wrote of `60`, which is `0:60`, is none. More than most_levels are
// not drawn, and a note says so. A series without a label is the only one there is.
void add_thresholds(Drawing& drawing, const std::vector<Series>& series);

}  // namespace muster::collector
