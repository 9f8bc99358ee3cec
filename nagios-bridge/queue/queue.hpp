// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/protocol/messages.hpp"
#include "libmuster/sqlite/database.hpp"
#include "nagios-bridge/model/passive_result.hpp"
#include "nagios-bridge/queue/dead_letters.hpp"

namespace muster::bridge {

// What the monitors were last told of a node's host, and since when it is so.
struct ToldHost {
  protocol::NodeState state = protocol::NodeState::up;
  Time since;
};

// A node, as far as the queue has to know it.
struct KnownNode {
  std::string name;
  protocol::Cursor cursor;  // how far its results have come; {0, 0}: none has
  std::optional<ToldHost> host;
};

// Results of a node that are missing for good.
struct LostResults {
  std::string node;
  std::string words;
};

// What belongs together: stored as a whole or not at all. A cursor comes with the items before it.
struct Arrivals {
  std::vector<std::string> forgotten;  // before the nodes, which may have come again
  std::vector<QueuedItem> items;       // in order; the queue gives them their tickets
  std::vector<KnownNode> nodes;        // in place of what was known
  std::vector<LostResults> lost;

  [[nodiscard]] bool empty() const
  {
    return forgotten.empty() && items.empty() && nodes.empty() && lost.empty();
  }
};

// The durable queue: what has come from the fleet and is not safe with every monitor yet, in one SQLite file.
// One thread, which each call blocks for the disk; one process writes it. After an error the file holds what
// it held before, and every later call tries again.
//
// Commits are those of SQLite's WAL with NORMAL: a program that is killed loses none, a machine that loses
// its power at most the last ones, cursors with their items, so that the nodes are asked again.
class Queue {
public:
  struct Limits {
    std::uint64_t bytes = std::uint64_t{1} << 30U;  // of pages in use; then it is full
  };

  // How full it is. It stays full until a tenth is free again: at its limit it would stop and go for every
  // few results.
  enum class Room { plenty, half, full };

  // Items that are deleted in one transaction: those that a sink held which is no more must not stop the
  // bridge.
  static constexpr Ticket most_deleted = 20'000;
  // Room behind the limit, for what the bridge says of itself and of hosts: it must be able to say that it is
  // full. Behind it nothing is taken at all.
  static constexpr std::uint64_t reserve = std::uint64_t{4} << 20U;

  // Makes the file if it is not there. A sink that was not there begins behind all items, and one that is not
  // any more is forgotten. A damaged file is `invalid_input`, with what to do; a full disk `io_failure`.
  static Expected<std::unique_ptr<Queue>> open(
      const std::filesystem::path& file, Limits limits, const std::vector<std::string>& sinks, Time now);

  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  Queue(Queue&&) = delete;
  Queue& operator=(Queue&&) = delete;
  ~Queue();

  // Stores what has come, and with it what the sinks have said meanwhile. `now`: when it came.
  Expected<void> write(const Arrivals& arrivals, Time now);

  // Whether there is anything to write besides what comes.
  [[nodiscard]] bool has_news() const;

  // Writes something that changes nothing: whether there is room on the disk again.
  Expected<void> prove();

  struct Slice {
    std::vector<QueuedItem> items;
    Ticket until = 0;  // the last one looked at
  };

  // The next items for this sink after `after`, at most `most` are looked at.
  Expected<Slice> read(const std::string& sink, Ticket after, std::size_t most);

  Expected<std::vector<KnownNode>> nodes();

  [[nodiscard]] Ticket safe(const std::string& sink) const;

  // Stored with the next write(); what no sink needs is deleted then. It never goes back.
  void set_safe(const std::string& sink, Ticket ticket);

  // On the list with the next write(). `result` says under which names, and by its ticket, which item.
  Expected<void> bury(
      const std::string& sink, const PassiveResult& result, const std::string& reason, Time now);

  [[nodiscard]] DeadLetters& letters() { return letters_; }

  [[nodiscard]] const DeadLetters& letters() const { return letters_; }

  // Another process may leave the words "forget" and "retry" in the file, about all dead letters. Does what
  // they ask for; whether there was any.
  Expected<bool> take_wishes(Time now);

  // Items that are kept; of one sink, those that it has not made safe.
  [[nodiscard]] std::int64_t depth() const { return last_ - deleted_; }

  [[nodiscard]] std::int64_t waiting(const std::string& sink) const { return last_ - safe(sink); }

  // When the oldest item came; none: there is no item.
  Expected<std::optional<Time>> oldest();

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  [[nodiscard]] std::uint64_t limit() const { return limits_.bytes; }

  [[nodiscard]] Room room() const { return room_; }

  // When the file was made: what happened before was before this bridge.
  [[nodiscard]] Time begun() const { return begun_; }

  // The last ticket that was given.
  [[nodiscard]] Ticket last() const { return last_; }

  // A damaged page that was met since the start, and what to do; empty: none.
  [[nodiscard]] const std::string& damage() const { return database_.damage(); }

private:
  struct Statements;

  struct SinkRow {
    Ticket safe = 0;
    bool changed = false;
  };

  Queue(sqlite::Database database, Limits limits);

  Expected<void> prepare(const std::vector<std::string>& sinks, Time now);
  Expected<void> load_numbers(Time now);
  Expected<void> load_sinks(const std::vector<std::string>& names);
  Expected<void> add_sinks(const std::vector<std::string>& names);
  Expected<void> limit_pages();
  Expected<void> write_all(const Arrivals& arrivals, Ticket last, Time now);
  Expected<void> put(const QueuedItem& item, Ticket ticket, Time now);
  Expected<void> put(const KnownNode& node);
  Expected<void> forget(const std::string& node);
  Expected<void> put_sinks();
  Expected<void> remove_safe();
  Expected<void> grant(const std::string& word, Time now);
  Expected<void> retry(Time now);
  [[nodiscard]] Ticket deletable() const;
  Expected<std::int64_t> number(const std::string& sql);
  Expected<void> set_number(const std::string& name, std::int64_t value);
  Expected<void> measure();

  sqlite::Database database_;
  Limits limits_;
  std::unique_ptr<Statements> statements_;  // after the database: finalized before it is closed
  DeadLetters letters_{database_};
  std::map<std::string, SinkRow, std::less<>> sinks_;
  Ticket last_ = 0;
  Ticket deleted_ = 0;  // up to here there are no items
  std::uint64_t bytes_ = 0;
  Room room_ = Room::plenty;
  Time begun_;
};

// Leaves a word for the process that writes the queue (Queue::take_wishes).
Expected<void> leave_wish(const std::filesystem::path& file, const std::string& word);

}  // namespace muster::bridge
