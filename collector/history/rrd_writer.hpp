// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/history/history_file.hpp"
#include "collector/history/result_queue.hpp"
#include "collector/history/rrdcached.hpp"
#include "libmuster/error.hpp"
#include "libmuster/model/perfdata.hpp"

namespace muster::collector {

// What is known of a file takes about 1 kB; beyond it, all is forgotten and read from the disk again.
inline constexpr std::size_t max_known_files = 200'000;
// A node whose clock is ahead would lock its history until then: librrd takes no row before the last one.
inline constexpr std::chrono::minutes max_time_ahead{5};
// A restart of rrdcached is over by then; behind it, holes in the history are worse than slow writing.
inline constexpr std::chrono::seconds rrdcached_grace{60};
// For each exchange with rrdcached; a healthy one takes milliseconds.
inline constexpr std::chrono::seconds rrdcached_deadline{10};
// After it, a flush leaves the rest to the next one: so that whoever waits for it can end, and stop.
inline constexpr std::chrono::seconds flush_budget{5};
// What goes to rrdcached in one BATCH: some 20,000 rows.
inline constexpr std::size_t max_batch_bytes = std::size_t{1024} * 1024;
// A full disk fails for each file alike: the first few tell it all.
inline constexpr std::size_t max_reported_problems = 20;
// A file that is locked by a reader is free the next time. While the disk has no room for a file, nothing
// counts as an attempt: the results wait until it has.
inline constexpr int max_write_attempts = 3;

struct WriterSettings {
  HistorySettings history;
  std::filesystem::path rrdcached_socket;  // empty: librrd writes the files here and now
};

// A result as far as the history wants it.
struct Measurement {
  std::string node;
  std::string check;
  std::chrono::sys_seconds time;    // when the node ran the check
  std::chrono::seconds interval{};  // between two results; zero: nobody knows
  Perfdata perfdata;
};

// Since the writer began; results but for `left_out`.
struct WriterCounts {
  std::size_t added = 0;
  std::size_t written = 0;   // handed to librrd or rrdcached
  std::size_t too_old = 0;   // not later than the last row of their file: what a replay brings twice
  std::size_t ahead = 0;     // refused: their time is more than max_time_ahead in the future
  std::size_t dropped = 0;   // the queue was full; the oldest go first
  std::size_t failed = 0;    // given up after max_write_attempts
  std::size_t left_out = 0;  // values beyond max_data_sources_per_file
};

struct FlushReport {
  std::size_t waiting = 0;  // results that are still in the queue
  bool directly = false;    // rrdcached is configured, but librrd wrote
  std::size_t problem_count = 0;
  std::vector<Error> problems;  // the first max_reported_problems
};

// Takes measurements in and writes them to RRD files, in batches: several rows of a file in one call, the
// rows of all files in one BATCH of rrdcached. While rrdcached is away the results wait, for rrdcached_grace
// or until the queue is half full; then librrd writes directly. (What rrdcached itself held and has in its
// journal is then older than the files, and it drops it when it comes back.) On a full disk the results wait
// for room; a queue that is full lets the oldest go.
//
// `add` never touches the disk; any thread. `flush` waits for disk and socket, at most for flush_budget and
// one exchange with rrdcached; call it every second or so on a thread that may wait, and once at the end.
class RrdWriter {
public:
  explicit RrdWriter(WriterSettings settings);

  // Results of a check must come in the order of time. One without a value is taken for nothing.
  void add(Measurement measurement, std::chrono::sys_seconds now);

  // Writes what is queued. Never fails as a whole: see FlushReport.
  FlushReport flush(std::chrono::sys_seconds now);

  // Has rrdcached write what it holds of a file, so that it can be read. Not to be called during flush().
  Expected<void> settle(const std::filesystem::path& path);

  [[nodiscard]] WriterCounts counts() const;

  // Forgets what is known of all files; for whoever has removed or replaced some.
  void forget_files();

private:
  // Lines for rrdcached; each is one row, because the daemon stops at the first row that it refuses.
  struct Batch {
    std::vector<std::string> lines;
    std::vector<std::size_t> owners;  // which of `groups` a line is of
    std::vector<ResultGroup> groups;  // kept until the daemon has them
    std::size_t bytes = 0;
  };

  void choose_way();
  void write_group(ResultGroup group);
  Expected<HistoryFile*> file_of(const ResultGroup& group);
  void write_rows(const HistoryFile& file, ResultGroup group, const std::vector<std::string>& rows);
  bool put_on_batch(const HistoryFile& file, ResultGroup& group, const std::vector<std::string>& rows);
  void send_batch();
  void take_refusals(const std::vector<RrdcachedRefusal>& refusals, const Batch& sent);
  Expected<void> flush_daemon(const std::filesystem::path& path);
  void try_again(ResultGroup group, const Error& error);
  [[nodiscard]] bool may_wait(ResultGroup& group) const;
  void forget(const ResultGroup& group);
  void complain(const Error& error);
  void finish();

  WriterSettings settings_;

  mutable std::mutex queue_lock_;  // of the next two
  ResultQueue queue_;
  WriterCounts counts_;

  std::mutex flush_lock_;  // of all that follows: one flush at a time
  std::unordered_map<std::string, HistoryFile> files_;
  Rrdcached daemon_;
  std::optional<std::chrono::sys_seconds> daemon_away_since_;
  // Of the running flush:
  std::chrono::sys_seconds now_{};
  bool directly_ = true;
  bool daemon_lost_ = false;  // what is left waits
  Batch batch_;
  std::vector<ResultGroup> returned_;
  WriterCounts tally_;
  FlushReport report_;
};

}  // namespace muster::collector
