// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue/dead_letters.hpp"

#include <algorithm>
#include <utility>

#include "nagios-bridge/queue/item_row.hpp"
#include "nagios-bridge/queue/schema.hpp"

namespace muster::bridge {

namespace {

constexpr int first_of_item = 9;  // behind sink, host, service, times, first, last, reason, mended, ticket

std::string columns()
{
  return std::string{"sink, host, service, times, first, last, reason, mended, ticket, "} + item_columns;
}

std::string put_sql()
{
  return "INSERT INTO dead (" + columns() +
         ") VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
         "?18, "
         "?19) ON CONFLICT (sink, host, service) DO UPDATE SET times = times + 1, last = ?4, reason = ?5, "
         "mended = 0, ticket = ?6, node = ?7, epoch = ?8, seq = ?9, ahead = ?10, replayed = ?11, chk = ?12, "
         "state = ?13, started = ?14, finished = ?15, summary = ?16, details = ?17, perfdata = ?18, origin = "
         "?19";
}

DeadLetter letter_in(const sqlite::Statement& row)
{
  DeadLetter letter;
  letter.sink = row.text(0);
  letter.host = row.text(1);
  letter.service = row.text(2);
  letter.times = row.integer(3);
  letter.first = time_in(row, 4);
  letter.last = time_in(row, 5);
  letter.reason = row.text(6);
  letter.mended = row.integer(7) != 0;
  letter.item = item_in(row, first_of_item);
  letter.item.ticket = row.integer(8);
  return letter;
}

}  // namespace

Expected<void> DeadLetters::load()
{
  open_.clear();
  gaps_.clear();
  counts_ = {0, 0, 0, counts_.left_out, {}, {}};
  auto all = database_.prepare("SELECT sink, host, service, mended, last FROM dead");
  if (!all) {
    return tl::unexpected{all.error()};
  }
  auto row = all->step();
  for (; row && *row; row = all->step()) {
    DeadLetter letter;
    letter.sink = all->text(0);
    letter.host = all->text(1);
    letter.service = all->text(2);
    letter.last = time_in(*all, 4);
    letter.mended = all->integer(3) != 0;
    count(letter);
  }
  return row ? Expected<void>{} : tl::unexpected{row.error()};
}

void DeadLetters::count(const DeadLetter& letter)
{
  if (letter.is_gap()) {
    counts_.gaps += gaps_.insert(letter.host).second ? 1 : 0;
    counts_.last_gap = std::max(counts_.last_gap.value_or(letter.last), letter.last);
  } else if (letter.mended) {
    ++counts_.mended;
  } else {
    counts_.open += open_.emplace(letter.sink, letter.host, letter.service).second ? 1 : 0;
    counts_.last = std::max(counts_.last.value_or(letter.last), letter.last);
  }
}

bool DeadLetters::has(const std::string& sink, const std::string& host, const std::string& service) const
{
  return !open_.empty() && open_.contains(Key{sink, host, service});
}

void DeadLetters::bury(
    const std::string& sink,
    const PassiveResult& result,
    QueuedItem item,
    const std::string& reason,
    Time now)
{
  if (counts_.open + counts_.mended >= most && !has(sink, result.host, result.service)) {
    ++counts_.left_out;
    return;
  }
  item.ticket = result.ticket;
  DeadLetter letter{sink, result.host, result.service, 1, now, now, reason, false, std::move(item)};
  count(letter);
  pending_.push_back({std::move(letter), false});
}

void DeadLetters::lose(const std::string& node, const std::string& words, Time now)
{
  QueuedItem item;
  item.node = node;
  item.what = HostState{true, now, words, false};
  DeadLetter letter{"", node, "", 1, now, now, words, false, std::move(item)};
  count(letter);
  pending_.push_back({std::move(letter), false});
}

void DeadLetters::mend(const std::string& sink, const std::string& host, const std::string& service)
{
  if (open_.erase(Key{sink, host, service}) == 0) {
    return;
  }
  --counts_.open;
  ++counts_.mended;
  DeadLetter letter;
  letter.sink = sink;
  letter.host = host;
  letter.service = service;
  pending_.push_back({std::move(letter), true});
}

Expected<void> DeadLetters::store()
{
  for (const auto& change : pending_) {
    if (auto stored = put(change); !stored) {
      return stored;
    }
  }
  return {};
}

Expected<void> DeadLetters::put(const Change& change)
{
  const auto& letter = change.letter;
  auto statement = database_.prepare(
      change.mends ? "UPDATE dead SET mended = 1 WHERE sink = ?1 AND host = ?2 AND service = ?3" : put_sql());
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  statement->bind(1, letter.sink).bind(2, letter.host).bind(3, letter.service);
  if (!change.mends) {
    statement->bind(4, in_ms(letter.last)).bind(5, letter.reason).bind(6, std::int64_t{letter.item.ticket});
    bind_item(*statement, 7, letter.item);
  }
  return statement->run();
}

Expected<std::vector<DeadLetter>> DeadLetters::read(sqlite::Database& database, std::int64_t most)
{
  auto all =
      database.prepare("SELECT " + columns() + " FROM dead ORDER BY last DESC, sink, host, service LIMIT ?1");
  if (!all) {
    return tl::unexpected{all.error()};
  }
  all->bind(1, most);
  std::vector<DeadLetter> letters;
  auto row = all->step();
  for (; row && *row; row = all->step()) {
    letters.push_back(letter_in(*all));
  }
  return row ? Expected<std::vector<DeadLetter>>{std::move(letters)} : tl::unexpected{row.error()};
}

}  // namespace muster::bridge
