// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/threshold_range.hpp"

namespace muster {

// More values than the largest real plugins print (a check_disk on a storage host: some hundreds).
inline constexpr std::size_t max_perfdata_values = 1024;
inline constexpr std::size_t max_perfdata_label_bytes = 256;  // a path that monitors still can tell apart
inline constexpr std::size_t max_perfdata_unit_bytes = 32;  // the longest in use are words such as "packets"
// Unreadable pieces are kept for a person to look at: the first few, the beginning of each.
inline constexpr std::size_t max_unreadable_pieces = 16;
inline constexpr std::size_t max_unreadable_bytes = 80;

// One `label=value[unit];[warning];[critical];[min];[max]`.
struct PerfdataValue {
  std::string label;  // without its quotes
  double value = 0;   // infinite if the text is beyond the range of a double; never NaN
  std::string unit;   // as printed; empty if there is none
  std::string warning_text;
  std::string critical_text;
  std::optional<ThresholdRange> warning;  // absent if there is none or its text is no range
  std::optional<ThresholdRange> critical;
  std::optional<double> min;
  std::optional<double> max;
};

struct Perfdata {
  std::vector<PerfdataValue> values;      // in the order of the text; labels may repeat
  std::vector<std::string> undetermined;  // labels whose value is `U`: the plugin could not determine it
  std::vector<std::string> unreadable;    // pieces that were left out or read in part only, cut
  std::size_t unreadable_count = 0;       // all of them, also those beyond max_unreadable_pieces
};

// Reads PluginOutput::perfdata. Where the plugin guidelines are silent, it reads what Perl's
// Monitoring::Plugin 0.40 reads (recorded: tests/data): labels with blanks need no quotes, a comma is a
// decimal point, a piece with a second `=` is unreadable, fields are read up to the first that cannot be.
// Beyond it: `''` in a quoted label is a quote, and ranges may start with `@`. Never fails and takes linear
// time on any bytes.
Perfdata parse_perfdata(std::string_view text);

}  // namespace muster
