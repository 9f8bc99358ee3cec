// SPDX-License-Identifier: Apache-2.0
#include "collector/history/history_file.hpp"

#include <algorithm>
#include <utility>

#include "collector/history/history_disk.hpp"
#include "collector/history/series_notes.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::collector {

namespace {

// Plugins that compute their thresholds change them with each result; each writing is a wait for the disk.
constexpr std::chrono::minutes threshold_notes_interval{30};
// As librrd makes its files: whoever may look at the history may know what it is of.
constexpr mode_t notes_mode = 0644;

Expected<SeriesNotes> read_notes(const std::filesystem::path& path)
{
  const auto text = runtime::read_text_file(path, max_series_notes_bytes);
  return text ? parse_notes(*text) : tl::unexpected{text.error()};
}

// The file says which data sources there are, the sidecar what they stand for.
std::vector<Series> series_in(const RrdDescription& description, const std::vector<Series>& noted)
{
  std::vector<Series> series;
  series.reserve(description.sources.size());
  for (const auto& source : description.sources) {
    const auto note = std::find_if(noted.begin(), noted.end(), [&](const Series& candidate) {
      return candidate.data_source == source.name && candidate.kind == source.kind;
    });
    auto& added = series.emplace_back(note == noted.end() ? Series{} : *note);
    added.data_source = source.name;
    added.kind = source.kind;
  }
  return series;
}

void append(
    std::vector<DataSource>& sources,
    const SeriesTable& table,
    const SeriesChange& change,
    std::chrono::seconds heartbeat)
{
  for (std::size_t i = 0; i < change.added.size(); ++i) {
    const auto& series = table.series()[change.added[i]];
    sources.push_back({series.data_source, series.kind, heartbeat, change.limits[i]});
  }
}

}  // namespace

HistoryFile::HistoryFile(HistoryPaths paths, SeriesNaming naming) : paths_{std::move(paths)}, table_{naming}
{}

Expected<HistoryFile> HistoryFile::open(
    const HistorySettings& settings,
    const std::string& node,
    const std::string& check,
    std::chrono::sys_seconds now)
{
  auto paths = history_paths(settings.layout, node, check);
  if (!paths) {
    return tl::unexpected{paths.error()};
  }
  const auto naming = naming_of(settings.layout.style);
  HistoryFile file{std::move(*paths), naming};
  file.node_ = node;
  file.check_ = check;
  const auto notes = read_notes(file.paths_.sidecar);
  if (notes && (notes->node != node || notes->check != check)) {
    return failure(
        ErrorCode::invalid_input,
        path_sentence("write", file.path(), "it is the history of " + notes->check + " on " + notes->node));
  }
  file.notes_due_ = !notes;
  if (auto read = file.read_rrd(notes ? notes->series : std::vector<Series>{}, naming, now); !read) {
    return tl::unexpected{read.error()};
  }
  return file;
}

Expected<void> HistoryFile::read_rrd(
    const std::vector<Series>& noted, SeriesNaming naming, std::chrono::sys_seconds now)
{
  const auto description = describe_rrd(path());
  if (description) {
    on_disk_ = true;
    last_row_ = description->last_update;
    heartbeat_ =
        description->sources.empty() ? std::chrono::seconds{} : description->sources.front().heartbeat;
    table_ = SeriesTable{naming, series_in(*description, noted)};
    return {};
  }
  if (description.error().code == ErrorCode::not_found) {
    return {};
  }
  if (description.error().code != ErrorCode::invalid_input) {
    return tl::unexpected{description.error()};
  }
  const auto aside = move_aside(path(), now);
  if (!aside) {
    return tl::unexpected{aside.error()};
  }
  complaint_ = description.error();
  complaint_->message += "; it is now " + aside->string() + " and a new history begins";
  return {};
}

Expected<void> HistoryFile::make_room(
    const std::vector<CheckReadings>& results,
    const ArchivePlan& archives,
    const BeforeChange& before_change,
    std::chrono::sys_seconds now)
{
  std::vector<DataSource> added;
  bool thresholds_changed = false;
  left_out_ = 0;
  for (const auto& result : results) {
    const auto changed = table_.take_in(result.readings);
    append(added, table_, changed, result.heartbeat);
    left_out_ += changed.left_out;
    thresholds_changed |= changed.notes_changed;
  }
  if (results.empty() || table_.series().empty()) {
    return {};
  }
  if (auto made = change(added, results.front(), archives, before_change); !made) {
    return made;
  }
  notes_due_ |= thresholds_changed;
  if (!added.empty() || (notes_due_ && now - notes_written_ >= threshold_notes_interval)) {
    write_notes(now);
  }
  return {};
}

Expected<void> HistoryFile::change(
    const std::vector<DataSource>& added,
    const CheckReadings& first,
    const ArchivePlan& archives,
    const BeforeChange& before_change)
{
  if (on_disk_) {
    return extend(added, first.heartbeat, before_change);
  }
  auto created = create_rrd(path(), added, archives, first.time - rrd_step);
  if (created) {
    on_disk_ = true;
    heartbeat_ = first.heartbeat;
  }
  return created;
}

Expected<void> HistoryFile::extend(
    const std::vector<DataSource>& added, std::chrono::seconds heartbeat, const BeforeChange& before_change)
{
  const bool slower = heartbeat > heartbeat_;
  if (added.empty() && !slower) {
    return {};
  }
  if (auto ready = before_change(path()); !ready) {
    return ready;
  }
  if (!added.empty()) {
    if (auto extended = add_data_sources(path(), added); !extended) {
      return extended;
    }
  }
  if (slower) {
    std::vector<std::string> names;
    names.reserve(table_.series().size());
    for (const auto& series : table_.series()) {
      names.push_back(series.data_source);
    }
    heartbeat_ = heartbeat;
    return set_heartbeat(path(), names, heartbeat);
  }
  return {};
}

std::vector<std::string> HistoryFile::rows(const std::vector<CheckReadings>& results)
{
  std::vector<std::string> rows;
  rows.reserve(results.size());
  for (const auto& result : results) {
    if (result.time > last_row_) {
      last_row_ = result.time;
      rows.push_back(update_text(result.time, table_, result.readings));
    }
  }
  return rows;
}

std::optional<Error> HistoryFile::take_complaint()
{
  return std::exchange(complaint_, std::nullopt);
}

void HistoryFile::write_notes(std::chrono::sys_seconds now)
{
  const SeriesNotes notes{node_, check_, table_.series()};
  auto written = runtime::write_file_atomically(paths_.sidecar, format_notes(notes), notes_mode);
  if (written && !paths_.pnp_xml.empty()) {
    written = runtime::write_file_atomically(
        paths_.pnp_xml, format_pnp_xml(notes, paths_.rrd, heartbeat_), notes_mode);
  }
  if (!written) {
    complaint_ = written.error();
  }
  notes_due_ = !written;
  notes_written_ = now;
}

}  // namespace muster::collector
