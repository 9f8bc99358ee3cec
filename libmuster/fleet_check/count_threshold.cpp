// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet_check/count_threshold.hpp"

namespace muster::fleet_check {

double share_in_percent(std::size_t problems, std::size_t total)
{
  return total == 0 ? 0.0 : 100.0 * static_cast<double>(problems) / static_cast<double>(total);
}

bool CountThreshold::alerts(std::size_t problems, std::size_t total) const
{
  if (total == 0) {
    return false;
  }
  return range.alerts(percent ? share_in_percent(problems, total) : static_cast<double>(problems));
}

Expected<CountThreshold> parse_count_threshold(const std::string& option, const std::string& text)
{
  auto range = parse_threshold_range(text);
  if (!range) {
    return tl::unexpected{range.error().with_context(option)};
  }
  return CountThreshold{*range, text.find('%') != std::string::npos};
}

CheckState CountThresholds::judge(std::size_t problems, std::size_t total) const
{
  if (critical && critical->alerts(problems, total)) {
    return CheckState::critical;
  }
  return warning && warning->alerts(problems, total) ? CheckState::warning : CheckState::ok;
}

}  // namespace muster::fleet_check
