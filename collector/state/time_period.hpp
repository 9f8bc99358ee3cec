// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/state/time_zone.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// Gives the zone of a name for which is_zone_name holds; not_found: there is none.
using ZoneByName = std::function<Expected<TimeZone>(const std::string& name)>;

// Times of the week by the clocks of a zone: when people are at work, when backups run. What the clocks show
// twice in autumn is inside twice, what they skip in spring is never. A plain value.
class TimePeriod {
public:
  static constexpr std::size_t most_lines = 100;         // of a configuration; a week has 168 hours
  static constexpr std::size_t longest_line = 256;       // bytes
  static constexpr std::size_t most_ranges_a_line = 24;  // of times

  // Each line is days and times: "mon-fri 08:00-12:00,13:00-17:00", "sat,sun 00:00-24:00". A time that ends
  // before it begins ends on the next day: "fri 22:00-06:00". invalid_input names the line.
  static Expected<TimePeriod> parse(const std::vector<std::string>& lines, TimeZone zone);

  // The same as one text, lines with ';' between them, with the name of their zone at its end (without: UTC):
  // "mon-fri 08:00-18:00; sat 09:00-12:00 Europe/Berlin". Fails as `zone_named` does, too.
  static Expected<TimePeriod> parse(std::string_view text, const ZoneByName& zone_named);

  // For ever.
  static TimePeriod always();

  [[nodiscard]] bool contains(Time time) const;

  // The first time from then on that is inside; nothing: there is none within `search`. Costs a few looks at
  // the ranges of a week, so that it may be asked often.
  [[nodiscard]] std::optional<Time> next_inside(Time from) const;

  // A time of the week that clocks skip once is there a week later.
  static constexpr std::chrono::days search{15};

private:
  static constexpr std::size_t days_a_week = 7;

  using Range = std::pair<std::chrono::minutes, std::chrono::minutes>;  // of the day: from, and before

  explicit TimePeriod(TimeZone zone) : zone_{std::move(zone)} {}

  bool add_line(std::string_view line);
  void add(std::size_t weekday, Range range);
  [[nodiscard]] std::optional<Time> next_by_clock(Time local) const;

  std::array<std::vector<Range>, days_a_week> week_;  // from Sunday, as std::chrono::weekday counts
  TimeZone zone_;
};

}  // namespace muster::collector
