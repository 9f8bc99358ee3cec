// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "libmuster/sqlite/database.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// What a monitor did not take, under the names that the monitor was told; all of one service are one letter.
// Without a sink it is a gap: results of the node `host` that are missing for good.
struct DeadLetter {
  std::string sink;
  std::string host;
  std::string service;  // empty: the host itself
  std::int64_t times = 0;
  Time first;  // when it was buried
  Time last;
  std::string reason;   // of the last time
  bool mended = false;  // the monitor has taken a newer one since
  QueuedItem item;      // the last of them

  [[nodiscard]] bool is_gap() const { return sink.empty(); }
};

// The list of them, in the file of the queue. What is put on it waits in memory for store(), which its owner
// calls within its transaction, and committed() or nothing after that. One thread.
class DeadLetters {
public:
  // A mapping that is wrong altogether makes one of each service of a fleet; what is more is counted.
  static constexpr std::int64_t most = 100'000;

  struct Counts {
    std::int64_t open = 0;  // not mended, and no gap
    std::int64_t mended = 0;
    std::int64_t gaps = 0;         // nodes of which results are missing
    std::int64_t left_out = 0;     // found no place on the list, since the start
    std::optional<Time> last;      // when the newest open one was buried
    std::optional<Time> last_gap;  // when the newest gap was found
  };

  explicit DeadLetters(sqlite::Database& database) : database_{database} {}

  // At the start: what is on the list.
  Expected<void> load();

  void bury(
      const std::string& sink,
      const PassiveResult& result,
      QueuedItem item,
      const std::string& reason,
      Time now);
  void lose(const std::string& node, const std::string& words, Time now);

  // The monitor has taken a newer result of this service.
  void mend(const std::string& sink, const std::string& host, const std::string& service);

  // Whether one that is not mended is on the list.
  [[nodiscard]] bool has(const std::string& sink, const std::string& host, const std::string& service) const;

  Expected<void> store();

  void committed() { pending_.clear(); }

  [[nodiscard]] bool waits() const { return !pending_.empty(); }

  // At most `most` of them, those buried last first.
  static Expected<std::vector<DeadLetter>> read(sqlite::Database& database, std::int64_t most);

  [[nodiscard]] const Counts& counts() const { return counts_; }

private:
  using Key = std::tuple<std::string, std::string, std::string>;  // sink, host, service

  struct Change {
    DeadLetter letter;
    bool mends = false;
  };

  Expected<void> put(const Change& change);
  void count(const DeadLetter& letter);

  sqlite::Database& database_;
  std::vector<Change> pending_;
  std::set<Key> open_;
  std::set<std::string> gaps_;
  Counts counts_;
};

}  // namespace muster::bridge
