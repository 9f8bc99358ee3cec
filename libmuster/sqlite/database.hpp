// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libmuster/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace muster::sqlite {

class Database;

// What is known of the soundness of a file, shared by its database and its statements.
struct Soundness {
  std::string advice;  // behind every message about damage: what whoever runs the program can do
  std::string damage;  // what SQLite said; empty: nothing
};

// One prepared statement. Bind, step, read; reset() makes it ready for the next values. Lives no longer than
// its database, on the same thread.
class Statement {
public:
  // Positions count from 1, as in SQL.
  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, std::string_view text);
  Statement& bind_null(int position);

  // True if there is a row to read; false at the end. Fails with what SQLite says.
  Expected<bool> step();

  // For a statement that gives no rows; it is reset then.
  Expected<void> run();

  void reset();

  // Columns count from 0. The text is valid until the next step.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

private:
  friend class Database;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Statement(sqlite3& database, sqlite3_stmt* statement, std::shared_ptr<Soundness> soundness)
      : database_{&database}, statement_{statement}, soundness_{std::move(soundness)}
  {}

  [[nodiscard]] Error error() const;

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::shared_ptr<Soundness> soundness_;  // of the database
  bool bound_badly_ = false;
};

// One SQLite file in WAL mode; here alone SQLite is known. One thread; closed when destroyed.
class Database {
public:
  // Makes the file if it is not there. What is no database, is damaged (PRAGMA quick_check), or belongs to
  // another program is an error that names the file, with `advice` behind it; it is left as it is.
  static Expected<Database> open(const std::filesystem::path& file, std::string advice);

  // A file that is there, as another process keeps it: nothing of it is checked or set up. Where this user
  // may not write it, only what reads succeeds. `not_found` if it is not there.
  static Expected<Database> join(const std::filesystem::path& file, std::string advice);

  // Several statements without values and without rows.
  Expected<void> execute(const std::string& sql);

  Expected<Statement> prepare(std::string_view sql);

  // Of the file: PRAGMA user_version.
  Expected<std::int64_t> version();

  // A new file that holds what this one holds now, without a pause for whoever writes it. It is on the disk
  // when this returns.
  Expected<void> copy_into(const std::filesystem::path& file);

  // What SQLite said when it met a damaged page, here or in a statement; empty: it has met none. It is not
  // forgotten: what is damaged stays so.
  [[nodiscard]] const std::string& damage() const { return soundness_->damage; }

  // Whether a commit waits until the disk has it, with all commits before. Not within a transaction.
  Expected<void> set_durable(bool durable);

  // Writes the log back into the file, so that it does not grow for ever.
  Expected<void> checkpoint();

private:
  struct Close {
    void operator()(sqlite3* database) const;
  };

  Database(sqlite3* database, std::string advice)
      : database_{database}, soundness_{std::make_shared<Soundness>(Soundness{std::move(advice), {}})}
  {}

  Expected<void> prepare_for_use();
  Expected<void> check();
  [[nodiscard]] Error error() const;

  std::unique_ptr<sqlite3, Close> database_;
  std::shared_ptr<Soundness> soundness_;
};

// Everything between its making and commit() happens or does not: what is not committed when it is destroyed
// is rolled back.
class Transaction {
public:
  static Expected<Transaction> begin(Database& database);

  Transaction(Transaction&& other) noexcept : database_{std::exchange(other.database_, nullptr)} {}

  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Expected<void> commit();

private:
  explicit Transaction(Database& database) : database_{&database} {}

  Database* database_;
};

}  // namespace muster::sqlite
