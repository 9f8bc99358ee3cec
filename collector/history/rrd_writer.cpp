// SPDX-License-Identifier: Apache-2.0
#include "collector/history/rrd_writer.hpp"

#include <utility>

#include "collector/history/history_disk.hpp"

namespace muster::collector {

namespace {

// The files beside an RRD, generously.
constexpr std::size_t sidecar_bytes = std::size_t{64} * 1024;
// What rrdcached 1.7 says of a row that is not later than the last one.
constexpr std::string_view words_for_too_old{"illegal attempt to update"};

std::string key_of(const ResultGroup& group)
{
  std::string key = group.node;
  key += '\0';
  key += group.check;
  return key;
}

bool is_about_the_daemon(ErrorCode code)
{
  return code == ErrorCode::disconnected || code == ErrorCode::timed_out;
}

Rrdcached::Deadline in(std::chrono::seconds wait)
{
  return std::chrono::steady_clock::now() + wait;
}

void add_up(WriterCounts& sum, const WriterCounts& part)
{
  sum.added += part.added;
  sum.written += part.written;
  sum.too_old += part.too_old;
  sum.ahead += part.ahead;
  sum.dropped += part.dropped;
  sum.failed += part.failed;
  sum.left_out += part.left_out;
}

}  // namespace

RrdWriter::RrdWriter(WriterSettings settings)
    : settings_{std::move(settings)}, daemon_{settings_.rrdcached_socket}
{}

void RrdWriter::add(Measurement measurement, std::chrono::sys_seconds now)
{
  auto readings = readings_of(measurement.perfdata);
  const bool ahead = measurement.time > now + max_time_ahead;
  const std::lock_guard lock{queue_lock_};
  if (ahead) {
    ++counts_.ahead;
    return;
  }
  if (readings.empty()) {
    return;
  }
  ++counts_.added;
  counts_.left_out += measurement.perfdata.values.size() > max_data_sources_per_file
                          ? measurement.perfdata.values.size() - max_data_sources_per_file
                          : 0;
  CheckReadings result{measurement.time, heartbeat_of(measurement.interval), std::move(readings)};
  counts_.dropped +=
      queue_.push({std::move(measurement.node), std::move(measurement.check), std::move(result), 0});
}

FlushReport RrdWriter::flush(std::chrono::sys_seconds now)
{
  const std::lock_guard lock{flush_lock_};
  now_ = now;
  report_ = {};
  choose_way();
  std::vector<ResultGroup> groups;
  {
    const std::lock_guard queue_lock{queue_lock_};
    groups = queue_.take_groups();
  }
  const auto end = in(flush_budget);
  for (auto& group : groups) {
    if (daemon_lost_ || std::chrono::steady_clock::now() > end) {
      returned_.push_back(std::move(group));
    } else {
      write_group(std::move(group));
    }
  }
  send_batch();
  finish();
  return std::exchange(report_, {});
}

WriterCounts RrdWriter::counts() const
{
  const std::lock_guard lock{queue_lock_};
  return counts_;
}

void RrdWriter::forget_files()
{
  const std::lock_guard lock{flush_lock_};
  files_.clear();
}

// An empty batch tells whether the daemon is there, before anything is taken from the queue for it.
void RrdWriter::choose_way()
{
  daemon_lost_ = false;
  directly_ = settings_.rrdcached_socket.empty();
  if (directly_) {
    return;
  }
  const auto answered = daemon_.batch({}, in(rrdcached_deadline));
  if (answered) {
    daemon_away_since_.reset();
    return;
  }
  complain(answered.error());
  const auto since = daemon_away_since_.value_or(now_);
  daemon_away_since_ = since;
  const std::lock_guard lock{queue_lock_};
  directly_ = now_ - since >= rrdcached_grace || queue_.more_than_half_full();
  daemon_lost_ = !directly_;
  report_.directly = directly_;
}

void RrdWriter::write_group(ResultGroup group)
{
  const auto file = file_of(group);
  if (!file) {
    return try_again(std::move(group), file.error());
  }
  const auto before_change = [this](const std::filesystem::path& path) { return flush_daemon(path); };
  const auto made = (*file)->make_room(group.results, settings_.history.archives, before_change, now_);
  if (const auto complaint = (*file)->take_complaint()) {
    complain(*complaint);
  }
  if (!made) {
    return try_again(std::move(group), made.error());
  }
  tally_.left_out += (*file)->left_out();
  if (!(*file)->on_disk()) {
    return;
  }
  const auto rows = (*file)->rows(group.results);
  tally_.too_old += group.results.size() - rows.size();
  if (!rows.empty()) {
    write_rows(**file, std::move(group), rows);
  }
}

Expected<HistoryFile*> RrdWriter::file_of(const ResultGroup& group)
{
  const auto key = key_of(group);
  if (const auto known = files_.find(key); known != files_.end()) {
    return &known->second;
  }
  if (files_.size() >= max_known_files) {
    files_.clear();
  }
  auto opened = HistoryFile::open(settings_.history, group.node, group.check, now_);
  if (!opened) {
    return tl::unexpected{opened.error()};
  }
  return &files_.try_emplace(key, std::move(*opened)).first->second;
}

void RrdWriter::write_rows(const HistoryFile& file, ResultGroup group, const std::vector<std::string>& rows)
{
  if (!directly_ && put_on_batch(file, group, rows)) {
    return;
  }
  // A row that is longer than the daemon's lines: what the daemon holds must come first.
  auto updated = flush_daemon(file.path());
  if (updated) {
    updated = update_rrd(file.path(), rows);
  }
  if (!updated) {
    return try_again(std::move(group), updated.error());
  }
  tally_.written += rows.size();
}

bool RrdWriter::put_on_batch(
    const HistoryFile& file, ResultGroup& group, const std::vector<std::string>& rows)
{
  std::vector<std::string> lines;
  lines.reserve(rows.size());
  for (const auto& row : rows) {
    auto line = rrdcached_update(file.path(), {row});
    if (!line) {
      return false;
    }
    batch_.bytes += line->size();
    lines.push_back(std::move(*line));
  }
  batch_.owners.insert(batch_.owners.end(), lines.size(), batch_.groups.size());
  std::move(lines.begin(), lines.end(), std::back_inserter(batch_.lines));
  batch_.groups.push_back(std::move(group));
  if (batch_.bytes >= max_batch_bytes) {
    send_batch();
  }
  return true;
}

void RrdWriter::send_batch()
{
  auto sent = std::exchange(batch_, {});
  if (sent.lines.empty()) {
    return;
  }
  const auto refusals = daemon_.batch(sent.lines, in(rrdcached_deadline));
  if (refusals) {
    tally_.written += sent.lines.size();
    take_refusals(*refusals, sent);
    return;
  }
  for (auto& group : sent.groups) {
    try_again(std::move(group), refusals.error());
  }
}

void RrdWriter::take_refusals(const std::vector<RrdcachedRefusal>& refusals, const Batch& sent)
{
  for (const auto& refusal : refusals) {
    if (refusal.command >= sent.owners.size()) {
      continue;
    }
    --tally_.written;
    if (refusal.reason.find(words_for_too_old) != std::string::npos) {
      ++tally_.too_old;
      continue;
    }
    const auto& group = sent.groups[sent.owners[refusal.command]];
    ++tally_.failed;
    forget(group);
    complain(
        {ErrorCode::io_failure,
         "rrdcached refuses " + group.check + " of " + group.node + ": " + refusal.reason});
  }
}

// The daemon writes its rows by the columns that the file had when they came.
Expected<void> RrdWriter::flush_daemon(const std::filesystem::path& path)
{
  if (directly_) {
    return {};
  }
  send_batch();
  return daemon_.flush(path, in(rrdcached_deadline));
}

Expected<void> RrdWriter::settle(const std::filesystem::path& path)
{
  const std::lock_guard lock{flush_lock_};
  if (settings_.rrdcached_socket.empty()) {
    return {};
  }
  return daemon_.flush(path, in(rrdcached_deadline));
}

// While the daemon is away nothing is lost; whatever else goes wrong is tried a few times.
void RrdWriter::try_again(ResultGroup group, const Error& error)
{
  forget(group);
  if (is_about_the_daemon(error.code)) {
    if (!daemon_lost_) {
      complain(error);
    }
    daemon_lost_ = true;
    returned_.push_back(std::move(group));
    return;
  }
  complain(error);
  if (may_wait(group)) {
    returned_.push_back(std::move(group));
  } else {
    tally_.failed += group.results.size();
  }
}

bool RrdWriter::may_wait(ResultGroup& group) const
{
  const auto& [layout, archives] = settings_.history;
  const auto values = group.results.front().readings.size();
  return is_full(layout.root, bytes_per_file(archives, values) + sidecar_bytes) ||
         ++group.attempts < max_write_attempts;
}

void RrdWriter::forget(const ResultGroup& group)
{
  files_.erase(key_of(group));
}

void RrdWriter::complain(const Error& error)
{
  ++report_.problem_count;
  if (report_.problems.size() < max_reported_problems) {
    report_.problems.push_back(error);
  }
}

void RrdWriter::finish()
{
  const std::lock_guard lock{queue_lock_};
  tally_.dropped += queue_.give_back(std::exchange(returned_, {}));
  add_up(counts_, std::exchange(tally_, {}));
  report_.waiting = queue_.results();
}

}  // namespace muster::collector
