// SPDX-License-Identifier: Apache-2.0
//
// What the queue does besides taking and giving items: its sinks, its size, what operators wish.
#include <algorithm>
#include <set>
#include <utility>

#include "nagios-bridge/queue/item_row.hpp"
#include "nagios-bridge/queue/queue.hpp"
#include "nagios-bridge/queue/queue_statements.hpp"
#include "nagios-bridge/queue/schema.hpp"

namespace muster::bridge {

namespace {

constexpr std::uint64_t page_bytes = 4096;  // SQLite's own, of a new file

// Whatever waits for the monitor already and is newer than the letter is told anyway, and the letter behind
// it would be the older state.
std::string retry_sql()
{
  std::string columns{item_columns};
  columns.replace(0, columns.find(", ahead"), "d.node, 0, 0");
  return std::string{"INSERT INTO item (ticket, arrived, told_to, "} + item_columns +
         ") SELECT ?1 + row_number() OVER (ORDER BY d.ticket), ?2, d.sink, " + columns +
         " FROM dead AS d WHERE d.mended = 0 AND d.sink IN (SELECT name FROM sink) AND NOT EXISTS"
         " (SELECT 1 FROM waiting AS w WHERE w.name = d.node AND w.service = coalesce(d.chk, '')"
         " AND w.newest > d.ticket)";
}

constexpr const char* find_waiting_sql =
    "CREATE TEMP TABLE IF NOT EXISTS waiting (name TEXT, service TEXT, newest INTEGER, PRIMARY KEY (name, "
    "service));"
    "DELETE FROM waiting;"
    "INSERT INTO waiting SELECT node, coalesce(chk, ''), MAX(ticket) FROM item GROUP BY 1, 2;";

}  // namespace

Expected<void> Queue::prepare(const std::vector<std::string>& sinks, Time now)
{
  auto statements = Statements::prepare(database_);
  if (!statements) {
    return tl::unexpected{statements.error()};
  }
  statements_ = std::move(*statements);
  auto done = limit_pages();
  done = done ? load_numbers(now) : done;
  done = done ? load_sinks(sinks) : done;
  done = done ? letters_.load() : done;
  return done ? measure() : done;
}

// The last wall: whatever goes wrong, the file does not fill the disk.
Expected<void> Queue::limit_pages()
{
  const auto pages = (limits_.bytes + reserve) / page_bytes;
  return database_.execute("PRAGMA max_page_count=" + std::to_string(pages));
}

Expected<void> Queue::load_numbers(Time now)
{
  const auto begun = number("SELECT coalesce(MAX(value), -1) FROM number WHERE name = 'begun'");
  const auto last = number(
      "SELECT max((SELECT coalesce(MAX(value), 0) FROM number WHERE name = 'last'),"
      " (SELECT coalesce(MAX(ticket), 0) FROM item))");
  const auto first = number("SELECT coalesce(MIN(ticket), 0) FROM item");
  for (const auto* read : {&begun, &last, &first}) {
    if (!*read) {
      return tl::unexpected{read->error()};
    }
  }
  last_ = *last;
  deleted_ = *first > 0 ? *first - 1 : last_;
  begun_ = *begun < 0 ? now : Time{std::chrono::milliseconds{*begun}};
  return *begun < 0 ? set_number("begun", in_ms(now)) : Expected<void>{};
}

Expected<void> Queue::load_sinks(const std::vector<std::string>& names)
{
  auto rows = database_.prepare("SELECT name, safe FROM sink");
  if (!rows) {
    return tl::unexpected{rows.error()};
  }
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    sinks_[rows->text(0)] = {rows->integer(1), false};
  }
  return row ? add_sinks(names) : tl::unexpected{row.error()};
}

// A new one has heard nothing of any host: they are all told again.
Expected<void> Queue::add_sinks(const std::vector<std::string>& names)
{
  std::string changes;
  bool any_new = false;
  const std::set<std::string> wanted{names.begin(), names.end()};
  std::erase_if(sinks_, [&wanted](const auto& sink) { return !wanted.contains(sink.first); });
  for (const auto& name : wanted) {
    any_new |= sinks_.try_emplace(name, SinkRow{last_, true}).second;
  }
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  for (auto& [name, sink] : sinks_) {
    sink.changed = true;
  }
  auto done =
      database_.execute(any_new ? "DELETE FROM sink; UPDATE node SET host = NULL" : "DELETE FROM sink");
  done = done ? put_sinks() : done;
  return done ? transaction->commit() : done;
}

Expected<void> Queue::put_sinks()
{
  if (std::none_of(sinks_.begin(), sinks_.end(), [](const auto& sink) { return sink.second.changed; })) {
    return {};
  }
  auto statement = database_.prepare("INSERT OR REPLACE INTO sink (name, safe) VALUES (?1, ?2)");
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  for (const auto& [name, sink] : sinks_) {
    const auto put =
        sink.changed ? statement->bind(1, name).bind(2, std::int64_t{sink.safe}).run() : Expected<void>{};
    if (!put) {
      return put;
    }
  }
  return {};
}

Expected<void> Queue::remove_safe()
{
  const auto until = deletable();
  if (until == deleted_) {
    return {};
  }
  return database_.execute("DELETE FROM item WHERE ticket <= " + std::to_string(until));
}

Expected<bool> Queue::take_wishes(Time now)
{
  auto& wishes = statements_->wishes;
  const auto found = wishes.step();
  const auto id = found && *found ? wishes.integer(0) : 0;
  const auto word = found && *found ? wishes.text(1) : std::string{};
  wishes.reset();
  if (!found || !*found) {
    return found;
  }
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  const auto before = last_;
  auto done = letters_.store();
  done = done ? grant(word, now) : done;
  done = done ? database_.execute("DELETE FROM wish WHERE id = " + std::to_string(id)) : done;
  done = done ? transaction->commit() : done;
  if (!done) {
    last_ = before;
    return tl::unexpected{done.error()};
  }
  letters_.committed();
  done = letters_.load();
  done = done ? measure() : done;
  return done ? Expected<bool>{true} : tl::unexpected{done.error()};
}

Expected<void> Queue::grant(const std::string& word, Time now)
{
  if (word == "retry") {
    return retry(now);
  }
  return word == "forget" ? database_.execute("DELETE FROM dead") : Expected<void>{};
}

Expected<void> Queue::retry(Time now)
{
  auto found = database_.execute(find_waiting_sql);
  auto insert = found ? database_.prepare(retry_sql()) : tl::make_unexpected(found.error());
  if (!insert) {
    return tl::unexpected{insert.error()};
  }
  if (auto put = insert->bind(1, std::int64_t{last_}).bind(2, in_ms(now)).run(); !put) {
    return put;
  }
  const auto newest = number("SELECT coalesce(MAX(ticket), 0) FROM item");
  if (!newest) {
    return tl::unexpected{newest.error()};
  }
  last_ = std::max(last_, Ticket{*newest});
  if (auto set = set_number("last", last_); !set) {
    return set;
  }
  return database_.execute("DELETE FROM dead WHERE mended = 0 AND sink IN (SELECT name FROM sink)");
}

Expected<std::int64_t> Queue::number(const std::string& sql)
{
  auto row = database_.prepare(sql);
  const auto found = row ? row->step() : tl::make_unexpected(row.error());
  return found ? Expected<std::int64_t>{row->integer(0)} : tl::unexpected{found.error()};
}

Expected<void> Queue::set_number(const std::string& name, std::int64_t value)
{
  auto statement = database_.prepare("INSERT OR REPLACE INTO number (name, value) VALUES (?1, ?2)");
  return statement ? statement->bind(1, name).bind(2, value).run() : tl::make_unexpected(statement.error());
}

Expected<void> Queue::measure()
{
  const auto pages = statements_->pages.step();
  const auto all = pages ? statements_->pages.integer(0) : 0;
  statements_->pages.reset();
  const auto free_pages = statements_->free_pages.step();
  const auto unused = free_pages ? statements_->free_pages.integer(0) : 0;
  statements_->free_pages.reset();
  if (!pages || !free_pages) {
    return tl::unexpected{(pages ? free_pages : pages).error()};
  }
  bytes_ = static_cast<std::uint64_t>(std::max<std::int64_t>(all - unused, 0)) * page_bytes;
  const auto nine_tenths = limits_.bytes - limits_.bytes / 10;
  const bool full = bytes_ >= limits_.bytes || (room_ == Room::full && bytes_ > nine_tenths);
  room_ = full ? Room::full : bytes_ >= limits_.bytes / 2 ? Room::half : Room::plenty;
  return {};
}

Expected<void> leave_wish(const std::filesystem::path& file, const std::string& word)
{
  auto database = sqlite::Database::join(file, advice_on_damage());
  auto statement = database ? database->prepare("INSERT INTO wish (word) VALUES (?1)")
                            : tl::make_unexpected(database.error());
  return statement ? statement->bind(1, word).run() : tl::make_unexpected(statement.error());
}

}  // namespace muster::bridge
