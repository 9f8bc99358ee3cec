// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "libmuster/error.hpp"
#include "libmuster/model/check_state.hpp"
#include "libmuster/model/threshold_range.hpp"

namespace muster::fleet_check {

// -w or -c: a range of the Nagios plugin guidelines over how many nodes have a problem. A percent sign
// anywhere in it makes it a range over their share of the nodes that were meant.
struct CountThreshold {
  ThresholdRange range;
  bool percent = false;

  // `total` 0: nobody was meant, which is no share at all and never alerts.
  [[nodiscard]] bool alerts(std::size_t problems, std::size_t total) const;
};

// `option` names it in the error.
Expected<CountThreshold> parse_count_threshold(const std::string& option, const std::string& text);

struct CountThresholds {
  std::optional<CountThreshold> warning;
  std::optional<CountThreshold> critical;

  [[nodiscard]] bool given() const { return warning || critical; }

  // OK, WARNING or CRITICAL.
  [[nodiscard]] CheckState judge(std::size_t problems, std::size_t total) const;
};

// The share of the nodes with a problem, in percent; 0 of nobody.
double share_in_percent(std::size_t problems, std::size_t total);

}  // namespace muster::fleet_check
