// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/archives.hpp"
#include "collector/history/rrd_file.hpp"
#include "collector/history/rrd_layout.hpp"
#include "collector/history/series.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

struct HistorySettings {
  RrdLayout layout;
  ArchivePlan archives = full_archives();
};

// What one result tells the history.
struct CheckReadings {
  std::chrono::sys_seconds time;
  std::chrono::seconds heartbeat{};
  std::vector<Reading> readings;
};

// The files of one check on one node: the RRD, its sidecar and, for PNP4Nagios, its XML. Owned by RrdWriter;
// one thread at a time. After a failure it may differ from what is on the disk: drop it and open it again.
class HistoryFile {
public:
  // Called before the RRD is written anew, so that rrdcached first writes what it holds of it.
  using BeforeChange = std::function<Expected<void>(const std::filesystem::path&)>;

  // Looks at what is on the disk and makes nothing. A damaged RRD is moved aside, which `take_complaint`
  // tells. Fails with `invalid_input` if the name cannot be a file's or the files belong to another check (as
  // two names can meet in PNP4Nagios' layout), else as describe_rrd does.
  static Expected<HistoryFile> open(
      const HistorySettings& settings,
      const std::string& node,
      const std::string& check,
      std::chrono::sys_seconds now);

  // Creates the RRD or gives it the data sources and the heartbeat that these results need, and writes the
  // sidecar when that is due. A result without values makes no file. A sidecar that cannot be written is a
  // complaint: the history itself goes on. `results` are in the order of time.
  Expected<void> make_room(
      const std::vector<CheckReadings>& results,
      const ArchivePlan& archives,
      const BeforeChange& before_change,
      std::chrono::sys_seconds now);

  // The rows of the results that are later than those before. Ask once for each result.
  std::vector<std::string> rows(const std::vector<CheckReadings>& results);

  // What a person should know although the work went on; empty afterwards.
  std::optional<Error> take_complaint();

  [[nodiscard]] bool on_disk() const { return on_disk_; }

  [[nodiscard]] const std::string& path() const { return paths_.rrd; }

  [[nodiscard]] std::size_t left_out() const { return left_out_; }

private:
  HistoryFile(HistoryPaths paths, SeriesNaming naming);

  Expected<void> read_rrd(
      const std::vector<Series>& noted, SeriesNaming naming, std::chrono::sys_seconds now);
  Expected<void> change(
      const std::vector<DataSource>& added,
      const CheckReadings& first,
      const ArchivePlan& archives,
      const BeforeChange& before_change);
  Expected<void> extend(
      const std::vector<DataSource>& added,
      std::chrono::seconds heartbeat,
      const BeforeChange& before_change);
  void write_notes(std::chrono::sys_seconds now);

  HistoryPaths paths_;
  std::string node_;
  std::string check_;
  SeriesTable table_;
  bool on_disk_ = false;
  bool notes_due_ = false;
  std::size_t left_out_ = 0;  // values of the last results without a place
  std::chrono::sys_seconds last_row_{};
  std::chrono::sys_seconds notes_written_{};
  std::chrono::seconds heartbeat_{};
  std::optional<Error> complaint_;
};

}  // namespace muster::collector
