// SPDX-License-Identifier: Apache-2.0
#include "collector/store/schema.hpp"

#include <array>

namespace muster::collector {

namespace {

// Each entry makes version N of version N - 1. What has been released is never changed, only followed.
// Times are milliseconds since 1970; states are 0 to 3.
constexpr std::array<const char*, 3> steps{
    // A node, how far its results are stored (the cursor), and what its presence said last.
    "CREATE TABLE node (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " state TEXT NOT NULL DEFAULT '', since INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    // A check of a node: its last result, how many it has given, and what the state machine needs to go on.
    "CREATE TABLE service (node TEXT NOT NULL, name TEXT NOT NULL, state INTEGER NOT NULL,"
    " started INTEGER NOT NULL, finished INTEGER NOT NULL, results INTEGER NOT NULL,"
    " summary TEXT NOT NULL, details TEXT NOT NULL, perfdata TEXT NOT NULL, origin TEXT NOT NULL,"
    " machine TEXT NOT NULL, PRIMARY KEY (node, name)) WITHOUT ROWID;"
    // What has happened, the newest last.
    "CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, kind TEXT NOT NULL,"
    " node TEXT NOT NULL, service TEXT NOT NULL, old_state INTEGER, new_state INTEGER,"
    " replayed INTEGER NOT NULL, message TEXT NOT NULL);"
    "CREATE INDEX event_of_node ON event (node, service, id);"
    "CREATE INDEX event_by_time ON event (time);",

    // What the state of a node needs to go on; of events, whether the hard state changed, at which attempt,
    // why
    // nobody was told, and which nodes one about many is about.
    "ALTER TABLE node ADD COLUMN machine TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE event ADD COLUMN hard INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN silence TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE event ADD COLUMN nodes TEXT NOT NULL DEFAULT '';"
    // Downtimes, acknowledgements, and events that are held: JSON, as the collector's codec writes it.
    "CREATE TABLE care (kind TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (kind, id)) WITHOUT ROWID;",

    // What receivers are still to be told: events as JSON, each until it is delivered. No id comes twice.
    "CREATE TABLE notification (id INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL,"
    " time INTEGER NOT NULL, event TEXT NOT NULL);"};

Expected<void> take_step(Database& database, std::size_t index)
{
  auto transaction = Transaction::begin(database);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  const auto version = "PRAGMA user_version=" + std::to_string(index + 1) + ";";
  if (auto done = database.execute(steps.at(index) + version); !done) {
    return done;
  }
  return transaction->commit();
}

constexpr const char* what_to_do =
    "the file is damaged: stop the collector, move the file away, and restore a backup (docs/collector.md)";

}  // namespace

Expected<Database> open_database(const std::filesystem::path& file)
{
  return Database::open(file, what_to_do);
}

std::int64_t newest_schema()
{
  return static_cast<std::int64_t>(steps.size());
}

Expected<void> migrate(Database& database)
{
  const auto version = database.version();
  if (!version) {
    return tl::unexpected{version.error()};
  }
  if (*version > newest_schema() || *version < 0) {
    return failure(
        ErrorCode::invalid_input,
        "the database is of a newer collector (version " + std::to_string(*version) + ", this one knows " +
            std::to_string(newest_schema()) + "): install that one, or move the file away");
  }
  for (auto index = static_cast<std::size_t>(*version); index < steps.size(); ++index) {
    if (auto done = take_step(database, index); !done) {
      return done;
    }
  }
  return {};
}

}  // namespace muster::collector
