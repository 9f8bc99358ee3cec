// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/perfdata.hpp"
#include "libmuster/model/threshold_range.hpp"

namespace muster::collector {

// What the history keeps of perfdata. Pure: no file, no clock, no librrd. Any thread.

// librrd's DS_NAM_SIZE is 20 with the final zero (rrd_format.h, 1.7).
inline constexpr std::size_t max_data_source_name_bytes = 19;
// A file grows by some 300 kB per data source; a check with more values than this has its first ones kept.
inline constexpr std::size_t max_data_sources_per_file = 256;

bool is_data_source_name(std::string_view text);

// How librrd understands the numbers: as they are, or as a counter whose change per second is kept.
enum class SeriesKind { gauge, derive };

std::string_view to_string(SeriesKind kind);

// One value of a result in base units: seconds, bytes, otherwise as printed.
struct Reading {
  std::string label;
  std::string unit;  // "s", "B", "%", "c", "" or what the plugin printed
  SeriesKind kind = SeriesKind::gauge;
  std::optional<double> value;  // none: undetermined, or beyond the range of a double
  std::optional<ThresholdRange> warning;
  std::optional<ThresholdRange> critical;
  std::optional<double> min;
  std::optional<double> max;
};

// ns, us, µs, ms become s; KB, MB … EB and KiB … become B, by 1024 (what monitoring-plugins mean by them);
// `c` is a counter. Thresholds, min and max are converted with their value. Of a repeated label with the same
// unit the first one counts. At most max_data_sources_per_file.
std::vector<Reading> readings_of(const Perfdata& perfdata);

// One data source of a file and what it stands for.
struct Series {
  std::string data_source;  // [a-zA-Z0-9_], unique in the file
  std::string label;        // empty: the file has it, but nobody knows what it stands for
  std::string unit;
  SeriesKind kind = SeriesKind::gauge;
  std::optional<ThresholdRange> warning;  // those of the last result
  std::optional<ThresholdRange> critical;
  std::optional<double> min;
  std::optional<double> max;

  bool operator==(const Series& other) const = default;
};

// Outside them librrd keeps "unknown". Perfdata's min and max are often wrong or change (a disk grows), and a
// wrong limit loses history: so only 0 as a lower limit, 100 as an upper one of a percentage, and only when
// the value keeps to it. A counter never falls below 0 per second.
struct SeriesLimits {
  std::optional<double> lower;
  std::optional<double> upper;
};

SeriesLimits limits_of(const Reading& reading);

// How the data sources of new series are named.
enum class SeriesNaming {
  by_label,   // the label where it is a name, else its beginning and a hash: the same in every file
  by_number,  // "1", "2", …, as PNP4Nagios has it
};

// What one result changed in a table.
struct SeriesChange {
  std::vector<std::size_t> added;    // indices of series that the file must get, in this order
  std::vector<SeriesLimits> limits;  // those of each series added
  std::size_t left_out = 0;          // readings without a place: the file is full
  bool notes_changed = false;        // a threshold, min or max differs from before, or a label became known
};

// The series of one file in the order of its data sources. A value belongs to a series by label, unit and
// kind: a label that comes back with another unit is another series. Owned by whoever owns the file.
class SeriesTable {
public:
  explicit SeriesTable(SeriesNaming naming, std::vector<Series> series = {});

  // Makes room for every reading that has a value, and takes over thresholds.
  SeriesChange take_in(const std::vector<Reading>& readings);

  // The values in the order of the data sources; none where there is no reading.
  [[nodiscard]] std::vector<std::optional<double>> row(const std::vector<Reading>& readings) const;

  [[nodiscard]] const std::vector<Series>& series() const { return series_; }

private:
  [[nodiscard]] std::optional<std::size_t> find(const Reading& reading, std::size_t hint) const;
  [[nodiscard]] bool taken(std::string_view name, SeriesKind kind) const;
  [[nodiscard]] std::string name_for(const Reading& reading) const;
  [[nodiscard]] std::string next_number(SeriesKind kind) const;
  [[nodiscard]] std::optional<std::size_t> nameless(std::string_view name, SeriesKind kind) const;
  void place(const Reading& reading, SeriesChange& change);

  SeriesNaming naming_;
  std::vector<Series> series_;
};

// Without a value for so long, librrd takes a series for unknown: two intervals, so that one late result
// leaves no hole, and a minute for the splay. An interval of zero stands for "nobody knows" (a check that
// somebody ran by hand): five minutes. Never above two days, so that a day's check that died shows.
std::chrono::seconds heartbeat_of(std::chrono::seconds interval);

// One row as librrd's update takes it: "TIME:VALUE:…", `U` for none. Counters are rounded to whole numbers:
// DERIVE takes no others.
std::string update_text(
    std::chrono::sys_seconds time, const SeriesTable& table, const std::vector<Reading>& readings);

}  // namespace muster::collector
