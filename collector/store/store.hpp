// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/messages.hpp"
#include "libmuster/sqlite/database.hpp"

namespace muster::collector {

using protocol::Cursor;
using Time = protocol::Time;

// A check of a node: its last result, and how many it has given.
struct StoredService {
  std::string node;
  CheckResult last;
  std::int64_t results = 0;
  std::string machine;  // what the state machine needs to go on, as its codec writes it
};

struct StoredNode {
  std::string name;
  Cursor cursor;          // how far its results are stored
  std::string state;      // "up", "stopped", "gone", …; empty: nothing is known yet
  Time since;             // of that state
  std::string machine{};  // what its state needs to go on, as its codec writes it
};

// Something that has happened. `service` is empty for an event of a node, both are for one of the collector.
struct StoredEvent {
  std::int64_t id = 0;  // given by the store; grows
  Time time;
  std::string kind;  // "state", "gap", …
  std::string node;
  std::string service;
  std::optional<CheckState> before;
  std::optional<CheckState> after;
  bool replayed = false;
  std::string message;
  bool hard = false;
  int attempt = 0;
  std::string silence{};  // why nobody was told, in words: "downtime", "flapping acknowledged"; empty: not so
  std::vector<std::string> nodes{};  // of one about many
};

// A downtime, an acknowledgement, an event that is held: what it is, and its text as its codec writes it.
struct StoredCare {
  std::string kind;
  std::string id;
  std::string text;
};

// An event that a receiver is still to be told of.
struct StoredNotification {
  std::int64_t id = 0;  // given by whoever makes it; grows, and never comes twice
  std::string receiver;
  Time queued;
  std::string event;  // as its codec writes it
};

// What belongs together: it is stored as a whole or not at all. A cursor moves with the results before it.
struct Batch {
  std::vector<StoredNode> nodes;
  std::vector<StoredService> services;
  std::vector<StoredEvent> events;
  std::optional<std::vector<StoredCare>> care{};  // given: all that there is now, in place of what was
  std::vector<StoredNotification> notifications{};
  std::vector<std::int64_t> notified{};  // ids of notifications that need no storing any more
  // Node and check of services that are forgotten; before those above, which may have come again since.
  std::vector<std::pair<std::string, std::string>> removed{};

  [[nodiscard]] bool empty() const
  {
    return nodes.empty() && services.empty() && events.empty() && !care && notifications.empty() &&
           notified.empty() && removed.empty();
  }
};

// What the collector keeps, in one SQLite file. One thread, which it blocks for each call. Errors name the
// file and what SQLite says; after one, the file holds what it held before, and every later call tries again.
class Store {
public:
  // More in one answer than anybody reads.
  static constexpr std::int64_t most_events = 10'000;

  static Expected<Store> open(const std::filesystem::path& file);

  // What is written quickly is lost if the machine loses its power within seconds; for good it is on the disk
  // when this returns, with all before it.
  enum class Kept { quickly, for_good };

  Expected<void> write(const Batch& batch, Kept kept = Kept::quickly);

  // Writes something that changes nothing: whether there is room again, before anything hangs on it.
  Expected<void> prove();

  Expected<std::vector<StoredNode>> nodes();
  Expected<std::vector<StoredService>> services();
  Expected<std::vector<StoredCare>> care();
  // In the order of their ids.
  Expected<std::vector<StoredNotification>> notifications();
  // The greatest that was ever stored, 0 if none was.
  Expected<std::int64_t> last_notification();

  // The newest first; of all nodes, or of one, or of one check of it. At most `most`.
  Expected<std::vector<StoredEvent>> events(
      const std::string& node, const std::string& service, std::int64_t most);

  // Those of one check that changed its state, the oldest first: the last one before `from`, and all after.
  Expected<std::vector<StoredEvent>> state_events(
      const std::string& node, const std::string& service, Time from);

  // Those that told that the node came or went, by itself or among many, from `from` on, the oldest first.
  Expected<std::vector<StoredEvent>> presence_events(const std::string& node, Time from);

  // All that is known of a node, but its events.
  Expected<void> forget(const std::string& node);

  // At most `most` events that are older; returns how many it removed.
  Expected<std::int64_t> remove_events_before(Time time, std::int64_t most);

  // A damaged page that was met since the start, and what to do; empty: none.
  [[nodiscard]] const std::string& damage() const { return database_.damage(); }

  Expected<void> checkpoint() { return database_.checkpoint(); }

private:
  struct Statements;

  Store(sqlite::Database database, std::unique_ptr<Statements> statements);

  Expected<void> write_parts(const Batch& batch);
  Expected<void> remove(const std::vector<std::pair<std::string, std::string>>& services);
  Expected<void> put(const StoredNode& node);
  Expected<void> put(const StoredService& service);
  Expected<void> put(const StoredEvent& event);
  Expected<void> put(const std::vector<StoredCare>& care);
  Expected<void> put(const std::vector<StoredNotification>& notifications);
  Expected<void> remove_notifications(const std::vector<std::int64_t>& ids);

  sqlite::Database database_;
  std::unique_ptr<Statements> statements_;  // after the database: finalized before it is closed

public:
  Store(Store&& other) noexcept;
  Store& operator=(Store&& other) = delete;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();
};

}  // namespace muster::collector
