// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "collector/history/series.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// What an RRD file cannot hold: whose it is, and what its data sources stand for. It lies beside the file, as
// text for people and for other programs (the format is ours):
//
//   muster-series 1
//   node<TAB>web1
//   check<TAB>check_disk
//   series<TAB>DATA SOURCE<TAB>GAUGE<TAB>UNIT<TAB>WARNING<TAB>CRITICAL<TAB>MIN<TAB>MAX<TAB>LABEL
//
// Tabs, control bytes and `%` in a field are %XX. Lines of kinds that are not known are for later versions.
struct SeriesNotes {
  std::string node;
  std::string check;
  std::vector<Series> series;

  bool operator==(const SeriesNotes& other) const = default;
};

// Some 256 lines of a label of 256 bytes that are all %XX; a file beyond it is none of ours.
inline constexpr std::size_t max_series_notes_bytes = std::size_t{512} * 1024;

std::string format_notes(const SeriesNotes& notes);

// Fails with invalid_input if the first line is another; lines that cannot be read are left out, because a
// series that is not found is only found again by its name.
Expected<SeriesNotes> parse_notes(std::string_view text);

// What PNP4Nagios shows graphs by: the SERVICE.xml that its process_perfdata.pl 0.6 writes (structure version
// 4), with the members that its web page reads.
std::string format_pnp_xml(
    const SeriesNotes& notes, const std::filesystem::path& rrd, std::chrono::seconds heartbeat);

}  // namespace muster::collector
