// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue/schema.hpp"

namespace muster::bridge {

namespace {

constexpr std::int64_t newest_version = 1;

// A result has a check; a host's state has none. Times are milliseconds since the epoch. `told_to`: the one
// sink that it is for; null: all. What is told again, and what did not come from a node's history, has no
// place in it.
constexpr const char* typed_columns =
    "node TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, ahead INTEGER NOT NULL,"
    " replayed INTEGER NOT NULL, chk TEXT, state INTEGER NOT NULL, started INTEGER NOT NULL,"
    " finished INTEGER NOT NULL, summary TEXT NOT NULL, details TEXT NOT NULL, perfdata TEXT NOT NULL,"
    " origin TEXT NOT NULL";

std::string first_tables()
{
  return std::string{
             "CREATE TABLE item (ticket INTEGER PRIMARY KEY, arrived INTEGER NOT NULL, told_to TEXT, "} +
         typed_columns +
         ");"
         "CREATE UNIQUE INDEX item_place ON item (node, epoch, seq) WHERE epoch <> 0;"
         "CREATE TABLE node (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
         " host INTEGER, since INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE sink (name TEXT PRIMARY KEY, safe INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE wish (id INTEGER PRIMARY KEY, word TEXT NOT NULL);"
         // Without a sink: results of a node that are missing for good.
         "CREATE TABLE dead (sink TEXT NOT NULL, host TEXT NOT NULL, service TEXT NOT NULL,"
         " times INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, reason TEXT NOT NULL,"
         " mended INTEGER NOT NULL, ticket INTEGER NOT NULL, " +
         typed_columns +
         ", PRIMARY KEY (sink, host, service)) WITHOUT ROWID;"
         "PRAGMA user_version=1;";
}

}  // namespace

Expected<void> migrate(sqlite::Database& database)
{
  const auto version = database.version();
  if (!version) {
    return tl::unexpected{version.error()};
  }
  if (*version > newest_version) {
    return failure(
        ErrorCode::invalid_input, "it was written by a newer nagios-bridge; install that one again");
  }
  if (*version == newest_version) {
    return {};
  }
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  if (auto made = database.execute(first_tables()); !made) {
    return made;
  }
  return transaction->commit();
}

std::string advice_on_damage()
{
  return "stop nagios-bridge, move the file away with its -wal and -shm, set `history: all` for the next "
         "start, "
         "and start it: it asks the nodes for what they still keep";
}

}  // namespace muster::bridge
