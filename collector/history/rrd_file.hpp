// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/archives.hpp"
#include "collector/history/series.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// RRD files through librrd 1.7, which is met in rrd_file.cpp only. One lock of the process is held during
// each call: librrd's file locks belong to the process, and rrd_tune is not made for threads. So any thread
// may call, and none gains by it. A call takes as long as the disk does.
//
// Failures name the path. `not_found`: there is no file; `denied`: the system says no; `invalid_input`: the
// file is damaged, or what was given does not fit it; `io_failure`: anything else, a locked file included.
// The environment must not have RRDCACHED_ADDRESS: librrd would talk to that daemon when a file is changed.

struct DataSource {
  std::string name;
  SeriesKind kind = SeriesKind::gauge;
  std::chrono::seconds heartbeat{};
  SeriesLimits limits;
};

struct RrdDescription {
  std::chrono::sys_seconds last_update;
  std::chrono::seconds step{};
  std::vector<DataSource> sources;  // in the order in which rows are written
};

Expected<RrdDescription> describe_rrd(const std::filesystem::path& path);

// Makes the folders on the way, too. `before_first` is a time before the first row. A file that is there
// stays as it is: invalid_input. Files have mode 0644 whatever the umask is (librrd does that), so rrdcached
// must run as the user of the collector.
Expected<void> create_rrd(
    const std::filesystem::path& path,
    const std::vector<DataSource>& sources,
    const ArchivePlan& archives,
    std::chrono::sys_seconds before_first);

// Rows as update_text() writes them, in the order of time. Rows that are not later than the last one of the
// file are skipped without a word: what was written once stays.
Expected<void> update_rrd(const std::filesystem::path& path, const std::vector<std::string>& rows);

// Appends data sources behind those of the file, which keep their history. The file is written anew under
// another name and renamed, so that a crash leaves either.
Expected<void> add_data_sources(const std::filesystem::path& path, const std::vector<DataSource>& sources);

// For a check that comes in another interval than before.
Expected<void> set_heartbeat(
    const std::filesystem::path& path,
    const std::vector<std::string>& data_sources,
    std::chrono::seconds heartbeat);

// Which rows of the archives are wanted: those after `from` up to and with `to`.
struct RrdWindow {
  Consolidation consolidation = Consolidation::average;
  std::chrono::sys_seconds from;
  std::chrono::sys_seconds to;
  std::chrono::seconds resolution = rrd_step;  // librrd takes the archive that fits best
};

struct RrdValues {
  std::chrono::sys_seconds first;  // the time of the first row; a row tells of the step before its time
  std::chrono::seconds step{};
  std::vector<std::string> data_sources;
  std::vector<std::vector<std::optional<double>>> rows;  // [row][data source]; none: unknown
};

// 10 years of 5 minutes of one data source: above it, a coarser resolution must be asked for.
inline constexpr std::size_t max_fetched_values = 1'100'000;

Expected<RrdValues> fetch_rrd(const std::filesystem::path& path, const RrdWindow& window);

}  // namespace muster::collector
