// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue/queue.hpp"

#include <algorithm>
#include <utility>

#include "nagios-bridge/queue/item_row.hpp"
#include "nagios-bridge/queue/queue_statements.hpp"
#include "nagios-bridge/queue/schema.hpp"

namespace muster::bridge {

namespace {

constexpr int item_in_put = 3;   // behind ticket and arrived
constexpr int item_in_read = 2;  // behind ticket and told_to

// Without its row: it has been safe, and was told all the same.
QueuedItem item_of(const PassiveResult& result)
{
  CheckResult told;
  told.check = result.service;
  told.state = static_cast<CheckState>(std::clamp(result.state, 0, 3));
  told.summary = result.summary;
  told.details = result.details;
  told.perfdata = result.perfdata;
  told.started = result.started;
  told.finished = result.finished;
  QueuedItem item;
  item.node = result.source;
  item.what = std::move(told);
  return item;
}

}  // namespace

Queue::Queue(sqlite::Database database, Limits limits) : database_{std::move(database)}, limits_{limits} {}

Queue::~Queue() = default;

namespace {

// Damage stays; a full disk does not, and whoever starts the bridge again has to tell them apart.
tl::unexpected<Error> by_its_kind(Error error)
{
  if (error.message.find(advice_on_damage()) != std::string::npos) {
    error.code = ErrorCode::invalid_input;
  }
  return tl::unexpected{std::move(error)};
}

}  // namespace

Expected<std::unique_ptr<Queue>> Queue::open(
    const std::filesystem::path& file, Limits limits, const std::vector<std::string>& sinks, Time now)
{
  auto database = sqlite::Database::open(file, advice_on_damage());
  if (!database) {
    return by_its_kind(database.error());
  }
  if (auto migrated = migrate(*database); !migrated) {
    return by_its_kind(migrated.error().with_context(file.string()));
  }
  std::unique_ptr<Queue> queue{new Queue{std::move(*database), limits}};
  if (auto ready = queue->prepare(sinks, now); !ready) {
    return by_its_kind(ready.error());
  }
  return queue;
}

Expected<void> Queue::write(const Arrivals& arrivals, Time now)
{
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  const auto last = last_ + static_cast<Ticket>(arrivals.items.size());
  const auto deleted = deletable();
  if (auto written = write_all(arrivals, last, now); !written) {
    return written;
  }
  if (auto committed = transaction->commit(); !committed) {
    return committed;
  }
  last_ = last;
  deleted_ = deleted;
  letters_.committed();
  for (auto& [name, sink] : sinks_) {
    sink.changed = false;
  }
  return measure();
}

Expected<void> Queue::write_all(const Arrivals& arrivals, Ticket last, Time now)
{
  Expected<void> done;
  for (const auto& node : arrivals.forgotten) {
    done = done ? forget(node) : done;
  }
  auto ticket = last_;
  for (const auto& item : arrivals.items) {
    done = done ? put(item, ++ticket, now) : done;
  }
  for (const auto& node : arrivals.nodes) {
    done = done ? put(node) : done;
  }
  if (done && last != last_) {
    done = set_number("last", last);
  }
  done = done ? put_sinks() : done;
  done = done ? remove_safe() : done;
  if (!done) {
    return done;
  }
  for (const auto& lost : arrivals.lost) {
    letters_.lose(lost.node, lost.words, now);
  }
  return letters_.store();
}

bool Queue::has_news() const
{
  return letters_.waits() || deletable() > deleted_ ||
         std::any_of(sinks_.begin(), sinks_.end(), [](const auto& sink) { return sink.second.changed; });
}

Expected<void> Queue::put(const QueuedItem& item, Ticket ticket, Time now)
{
  statements_->put_item.bind(1, std::int64_t{ticket}).bind(2, in_ms(now));
  bind_item(statements_->put_item, item_in_put, item);
  return statements_->put_item.run();
}

Expected<void> Queue::put(const KnownNode& node)
{
  auto& statement = statements_->put_node;
  statement.bind(1, node.name).bind(2, node.cursor.epoch).bind(3, node.cursor.seq);
  if (node.host) {
    statement.bind(4, static_cast<std::int64_t>(node.host->state)).bind(5, in_ms(node.host->since));
  } else {
    statement.bind_null(4).bind(5, std::int64_t{0});
  }
  return statement.run();
}

Expected<void> Queue::forget(const std::string& node)
{
  auto statement = database_.prepare("DELETE FROM node WHERE name = ?1");
  return statement ? statement->bind(1, node).run() : tl::make_unexpected(statement.error());
}

Expected<void> Queue::prove()
{
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  if (auto written = set_number("begun", in_ms(begun_)); !written) {
    return written;
  }
  return transaction->commit();
}

Expected<Queue::Slice> Queue::read(const std::string& sink, Ticket after, std::size_t most)
{
  Slice slice{{}, after};
  auto& rows = statements_->read_items;
  rows.bind(1, std::int64_t{after}).bind(2, static_cast<std::int64_t>(most));
  auto row = rows.step();
  for (; row && *row; row = rows.step()) {
    slice.until = rows.integer(0);
    if (rows.is_null(1) || rows.text(1) == sink) {
      slice.items.push_back(item_in(rows, item_in_read));
      slice.items.back().ticket = slice.until;
    }
  }
  rows.reset();
  return row ? Expected<Slice>{std::move(slice)} : tl::unexpected{row.error()};
}

Expected<std::vector<KnownNode>> Queue::nodes()
{
  auto rows = database_.prepare("SELECT name, epoch, seq, host, since FROM node");
  if (!rows) {
    return tl::unexpected{rows.error()};
  }
  std::vector<KnownNode> nodes;
  auto row = rows->step();
  for (; row && *row; row = rows->step()) {
    nodes.push_back({rows->text(0), {rows->integer(1), rows->integer(2)}, {}});
    if (!rows->is_null(3)) {
      const auto state = std::clamp<std::int64_t>(rows->integer(3), 0, 2);
      nodes.back().host = ToldHost{static_cast<protocol::NodeState>(state), time_in(*rows, 4)};
    }
  }
  return row ? Expected<std::vector<KnownNode>>{std::move(nodes)} : tl::unexpected{row.error()};
}

Ticket Queue::safe(const std::string& sink) const
{
  const auto found = sinks_.find(sink);
  return found == sinks_.end() ? last_ : found->second.safe;
}

void Queue::set_safe(const std::string& sink, Ticket ticket)
{
  const auto found = sinks_.find(sink);
  if (found != sinks_.end() && ticket > found->second.safe && ticket <= last_) {
    found->second = {ticket, true};
  }
}

Expected<void> Queue::bury(
    const std::string& sink, const PassiveResult& result, const std::string& reason, Time now)
{
  auto& row = statements_->one_item;
  const auto found = row.bind(1, std::int64_t{result.ticket}).step();
  if (!found) {
    row.reset();
    return tl::unexpected{found.error()};
  }
  auto item = *found ? item_in(row, 0) : item_of(result);
  row.reset();
  letters_.bury(sink, result, std::move(item), reason, now);
  return {};
}

// What no sink needs.
Ticket Queue::deletable() const
{
  auto least = last_;
  for (const auto& [name, sink] : sinks_) {
    least = std::min(least, sink.safe);
  }
  return std::max(deleted_, std::min(least, deleted_ + most_deleted));
}

Expected<std::optional<Time>> Queue::oldest()
{
  auto row = database_.prepare("SELECT arrived FROM item ORDER BY ticket LIMIT 1");
  const auto found = row ? row->step() : tl::make_unexpected(row.error());
  if (!found) {
    return tl::unexpected{found.error()};
  }
  return *found ? std::optional{time_in(*row, 0)} : std::nullopt;
}

}  // namespace muster::bridge
