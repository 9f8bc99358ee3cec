// SPDX-License-Identifier: Apache-2.0
#include "libmuster/sqlite/database.hpp"

#include <utility>

#include <sqlite3.h>

namespace muster::sqlite {

namespace {

// Nobody else writes the file; a backup or a curious sqlite3 may hold it for a moment.
constexpr int busy_timeout_ms = 5000;

// WAL with NORMAL: a crash of the program loses nothing, that of the machine at most the last transactions,
// which the nodes still have; what they do not have is committed with set_durable(). The log is written back
// when it has 4,000 pages of 4 KiB, and cut to 16 MiB then: the results of a large fleet change the same
// pages again and again, and each is written back once.
constexpr const char* settings =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
    "PRAGMA journal_size_limit=16777216; PRAGMA wal_autocheckpoint=4000;";

std::string name_of(sqlite3& database)
{
  const char* name = sqlite3_db_filename(&database, "main");
  return name == nullptr ? "the database" : name;
}

// A damaged page is remembered: the next statement may meet none.
Error error_of(sqlite3& database, Soundness& soundness)
{
  constexpr int primary = 0xff;
  const int code = sqlite3_errcode(&database) & primary;
  auto message = name_of(database) + ": " + sqlite3_errmsg(&database);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    message += ": " + soundness.advice;
    soundness.damage = message;
  }
  return Error{ErrorCode::io_failure, std::move(message)};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
  sqlite3_finalize(statement);
}

Error Statement::error() const
{
  return error_of(*database_, *soundness_);
}

Statement& Statement::bind(int position, std::int64_t value)
{
  bound_badly_ |= sqlite3_bind_int64(statement_.get(), position, value) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(int position, std::string_view text)
{
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast,google-readability-casting): SQLite's own macro
  const auto copy = SQLITE_TRANSIENT;
  const auto size = static_cast<sqlite3_uint64>(text.size());
  bound_badly_ |=
      sqlite3_bind_text64(statement_.get(), position, text.data(), size, copy, SQLITE_UTF8) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind_null(int position)
{
  bound_badly_ |= sqlite3_bind_null(statement_.get(), position) != SQLITE_OK;
  return *this;
}

Expected<bool> Statement::step()
{
  if (bound_badly_) {
    return tl::unexpected{error()};
  }
  switch (sqlite3_step(statement_.get())) {
  case SQLITE_ROW:
    return true;
  case SQLITE_DONE:
    return false;
  default:
    return tl::unexpected{error()};
  }
}

Expected<void> Statement::run()
{
  auto stepped = step();
  reset();
  return stepped ? Expected<void>{} : tl::unexpected{stepped.error()};
}

void Statement::reset()
{
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bound_badly_ = false;
}

std::int64_t Statement::integer(int column) const
{
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const
{
  const auto* bytes = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? std::string{} : std::string{static_cast<const char*>(bytes), size};
}

bool Statement::is_null(int column) const
{
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const
{
  sqlite3_close_v2(database);
}

Error Database::error() const
{
  return error_of(*database_, *soundness_);
}

Expected<Database> Database::open(const std::filesystem::path& file, std::string advice)
{
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Database database{raw, std::move(advice)};
  if (opened != SQLITE_OK) {
    return failure(ErrorCode::io_failure, file.string() + ": " + sqlite3_errstr(opened));
  }
  if (auto ready = database.prepare_for_use(); !ready) {
    return tl::unexpected{ready.error()};
  }
  return database;
}

Expected<Database> Database::join(const std::filesystem::path& file, std::string advice)
{
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return failure(ErrorCode::not_found, file.string() + " is not there, or not for this user");
  }
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database{raw, std::move(advice)};
  if (opened != SQLITE_OK) {
    return failure(ErrorCode::io_failure, file.string() + ": " + sqlite3_errstr(opened));
  }
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  return database;
}

Expected<void> Database::prepare_for_use()
{
  sqlite3_busy_timeout(database_.get(), busy_timeout_ms);
  if (auto set = execute(settings); !set) {
    return set;
  }
  return check();
}

Expected<void> Database::check()
{
  auto statement = prepare("PRAGMA quick_check(1)");
  const auto row = statement ? statement->step() : tl::make_unexpected(statement.error());
  if (!row) {
    return tl::unexpected{row.error()};
  }
  const auto verdict = statement->text(0);
  return verdict == "ok"
             ? Expected<void>{}
             : failure(
                   ErrorCode::io_failure, name_of(*database_) + ": " + verdict + ": " + soundness_->advice);
}

Expected<void> Database::execute(const std::string& sql)
{
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return tl::unexpected{error()};
  }
  return {};
}

Expected<Statement> Database::prepare(std::string_view sql)
{
  sqlite3_stmt* raw = nullptr;
  const int size = static_cast<int>(sql.size());
  if (sqlite3_prepare_v3(database_.get(), sql.data(), size, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
      SQLITE_OK) {
    return tl::unexpected{error()};
  }
  return Statement{*database_, raw, soundness_};
}

Expected<std::int64_t> Database::version()
{
  auto statement = prepare("PRAGMA user_version");
  const auto row = statement ? statement->step() : tl::make_unexpected(statement.error());
  return row ? Expected<std::int64_t>{statement->integer(0)} : tl::unexpected{row.error()};
}

Expected<void> Database::copy_into(const std::filesystem::path& file)
{
  auto statement = prepare("VACUUM INTO ?1");
  return statement ? statement->bind(1, file.string()).run() : tl::make_unexpected(statement.error());
}

Expected<void> Database::set_durable(bool durable)
{
  return execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

Expected<void> Database::checkpoint()
{
  const int done =
      sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  return done == SQLITE_OK || done == SQLITE_BUSY ? Expected<void>{} : tl::unexpected{error()};
}

Expected<Transaction> Transaction::begin(Database& database)
{
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) {
    return tl::unexpected{begun.error()};
  }
  return Transaction{database};
}

Transaction::~Transaction()
{
  if (database_ != nullptr) {
    static_cast<void>(database_->execute("ROLLBACK"));
  }
}

Expected<void> Transaction::commit()
{
  auto committed = database_->execute("COMMIT");
  if (committed) {
    database_ = nullptr;
  }
  return committed;
}

}  // namespace muster::sqlite
