// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/model/check_state.hpp"

namespace muster {

// A range of the Nagios plugin guidelines: `10` is 0..10, `10:` is 10..infinity, `~:10` is -infinity..10,
// `10:20` is itself; both ends belong to the range. A value outside alerts; with `@` in front, a value
// inside.
struct ThresholdRange {
  double start = 0;
  double end = std::numeric_limits<double>::infinity();
  bool alert_inside = false;

  [[nodiscard]] bool alerts(double value) const;

  bool operator==(const ThresholdRange& other) const = default;
};

// Blanks around the text and percent signs after a number are ignored, as monitoring-plugins do. Fails with
// invalid_input if the text is no range, its start is above its end, or a number is too big for a double.
Expected<ThresholdRange> parse_threshold_range(std::string_view text);

// The shortest text that means the same range: "10", "~:10", "@10:20".
std::string to_string(const ThresholdRange& range);

// What -w and -c of a plugin are.
struct Thresholds {
  std::optional<ThresholdRange> warning;
  std::optional<ThresholdRange> critical;
};

// OK, WARNING or CRITICAL; a range that is not there never alerts.
CheckState evaluate(double value, const Thresholds& thresholds);

}  // namespace muster
