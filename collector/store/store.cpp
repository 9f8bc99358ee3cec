// SPDX-License-Identifier: Apache-2.0
#include "collector/store/store.hpp"

#include <algorithm>
#include <utility>

#include "collector/store/schema.hpp"

namespace muster::collector {

using std::chrono::milliseconds;

namespace {

constexpr const char* put_node =
    "INSERT INTO node (name, epoch, seq, state, since, machine) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (name) DO UPDATE SET epoch = ?2, seq = ?3, state = ?4, since = ?5, machine = ?6";

constexpr const char* put_service =
    "INSERT INTO service (node, name, state, started, finished, results, summary, details, perfdata, origin,"
    " machine) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (node, name) DO UPDATE SET"
    " state = ?3, started = ?4, finished = ?5, results = ?6, summary = ?7, details = ?8, perfdata = ?9,"
    " origin = ?10, machine = ?11";

constexpr const char* put_event =
    "INSERT INTO event (time, kind, node, service, old_state, new_state, replayed, message, hard, attempt,"
    " silence, nodes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

constexpr const char* all_nodes = "SELECT name, epoch, seq, state, since, machine FROM node";

constexpr const char* all_services =
    "SELECT node, name, state, started, finished, results, summary, details, perfdata, origin, machine"
    " FROM service";

constexpr const char* some_events =
    "SELECT id, time, kind, node, service, old_state, new_state, replayed, message, hard, attempt, silence, "
    "nodes"
    " FROM event WHERE (?1 = '' OR node = ?1) AND (?2 = '' OR service = ?2) ORDER BY id DESC LIMIT ?3";

constexpr const char* state_events_of_one =
    "SELECT id, time, kind, node, service, old_state, new_state, replayed, message, hard, attempt, silence, "
    "nodes"
    " FROM event WHERE node = ?1 AND service = ?2 AND kind IN ('state', 'check_new') AND time >="
    " COALESCE((SELECT MAX(time) FROM event WHERE node = ?1 AND service = ?2 AND kind IN ('state', "
    "'check_new') AND time < "
    "?3), ?3)"
    " ORDER BY time, id LIMIT ?4";

constexpr const char* presence_events_of_one =
    "SELECT id, time, kind, node, service, old_state, new_state, replayed, message, hard, attempt, silence, "
    "nodes"
    " FROM event WHERE time >= ?2 AND ((node = ?1 AND service = '' AND kind IN ('node_new', 'node_gone', "
    "'node_stopped', 'node_back', 'node_vanished', 'node_forgotten')) OR (kind IN ('nodes_lost', "
    "'nodes_stopped', 'nodes_vanished', 'nodes_back') "
    "AND instr(' ' || nodes || ' ', ' ' || ?1 || ' ') > 0)) ORDER BY time, id LIMIT ?3";

constexpr const char* all_care = "SELECT kind, id, text FROM care";

constexpr const char* remove_old_events =
    "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE time < ?1 ORDER BY time LIMIT ?2)";

Time time_in(const Statement& row, int column)
{
  return Time{milliseconds{row.integer(column)}};
}

std::int64_t in_ms(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

CheckState state_in(const Statement& row, int column)
{
  constexpr std::int64_t worst = 3;
  return static_cast<CheckState>(std::clamp<std::int64_t>(row.integer(column), 0, worst));
}

std::optional<CheckState> optional_state_in(const Statement& row, int column)
{
  return row.is_null(column) ? std::nullopt : std::optional{state_in(row, column)};
}

void bind_state(Statement& statement, int position, std::optional<CheckState> state)
{
  if (state) {
    statement.bind(position, static_cast<std::int64_t>(*state));
  } else {
    statement.bind_null(position);
  }
}

// Names have no blanks.
std::string joined(const std::vector<std::string>& names)
{
  std::string text;
  for (const auto& name : names) {
    text.append(text.empty() ? "" : " ").append(name);
  }
  return text;
}

std::vector<std::string> split(std::string_view text)
{
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

StoredNode node_in(const Statement& row)
{
  return {row.text(0), {row.integer(1), row.integer(2)}, row.text(3), time_in(row, 4), row.text(5)};
}

StoredService service_in(const Statement& row)
{
  StoredService service;
  service.node = row.text(0);
  service.last.check = row.text(1);
  service.last.state = state_in(row, 2);
  service.last.started = time_in(row, 3);
  service.last.finished = time_in(row, 4);
  service.results = row.integer(5);
  service.last.summary = row.text(6);
  service.last.details = row.text(7);
  service.last.perfdata = row.text(8);
  service.last.origin = row.text(9);
  service.machine = row.text(10);
  return service;
}

StoredEvent event_in(const Statement& row)
{
  StoredEvent event;
  event.id = row.integer(0);
  event.time = time_in(row, 1);
  event.kind = row.text(2);
  event.node = row.text(3);
  event.service = row.text(4);
  event.before = optional_state_in(row, 5);
  event.after = optional_state_in(row, 6);
  event.replayed = row.integer(7) != 0;
  event.message = row.text(8);
  event.hard = row.integer(9) != 0;
  event.attempt = static_cast<int>(row.integer(10));
  event.silence = row.text(11);
  event.nodes = split(row.text(12));
  return event;
}

StoredCare care_in(const Statement& row)
{
  return {row.text(0), row.text(1), row.text(2)};
}

template <typename Row>
Expected<std::vector<Row>> rows_of(Statement& statement, Row (*read)(const Statement&))
{
  std::vector<Row> rows;
  while (true) {
    const auto stepped = statement.step();
    if (!stepped) {
      statement.reset();
      return tl::unexpected{stepped.error()};
    }
    if (!*stepped) {
      statement.reset();
      return rows;
    }
    rows.push_back(read(statement));
  }
}

}  // namespace

struct Store::Statements {
  Statement put_node;
  Statement put_service;
  Statement put_event;

  static Expected<std::unique_ptr<Statements>> prepare(Database& database)
  {
    auto node = database.prepare(collector::put_node);
    auto service = database.prepare(collector::put_service);
    auto event = database.prepare(collector::put_event);
    for (const auto* prepared : {&node, &service, &event}) {
      if (!*prepared) {
        return tl::unexpected{prepared->error()};
      }
    }
    return std::make_unique<Statements>(Statements{std::move(*node), std::move(*service), std::move(*event)});
  }
};

Store::Store(Database database, std::unique_ptr<Statements> statements)
    : database_{std::move(database)}, statements_{std::move(statements)}
{}

Store::Store(Store&& other) noexcept = default;
Store::~Store() = default;

Expected<Store> Store::open(const std::filesystem::path& file)
{
  auto database = open_database(file);
  if (!database) {
    return tl::unexpected{database.error()};
  }
  if (auto migrated = migrate(*database); !migrated) {
    return tl::unexpected{migrated.error().with_context(file.string())};
  }
  auto statements = Statements::prepare(*database);
  if (!statements) {
    return tl::unexpected{statements.error()};
  }
  return Store{std::move(*database), std::move(*statements)};
}

Expected<void> Store::write(const Batch& batch, Kept kept)
{
  if (batch.empty()) {
    return {};
  }
  if (kept == Kept::for_good) {
    if (auto set = database_.set_durable(true); !set) {
      return set;
    }
    auto written = write(batch);
    auto back = database_.set_durable(false);
    return written ? back : written;
  }
  auto transaction = Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  if (auto written = write_parts(batch); !written) {
    return written;
  }
  return transaction->commit();
}

Expected<void> Store::prove()
{
  auto transaction = Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  const auto version = "PRAGMA user_version=" + std::to_string(newest_schema());
  if (auto written = database_.execute(version); !written) {
    return written;
  }
  return transaction->commit();
}

Expected<void> Store::write_parts(const Batch& batch)
{
  if (auto removed = remove(batch.removed); !removed) {
    return removed;
  }
  for (const auto& node : batch.nodes) {
    if (auto written = put(node); !written) {
      return written;
    }
  }
  for (const auto& service : batch.services) {
    if (auto written = put(service); !written) {
      return written;
    }
  }
  for (const auto& event : batch.events) {
    if (auto written = put(event); !written) {
      return written;
    }
  }
  if (auto written = put(batch.notifications); !written) {
    return written;
  }
  if (auto removed = remove_notifications(batch.notified); !removed) {
    return removed;
  }
  return batch.care ? put(*batch.care) : Expected<void>{};
}

Expected<void> Store::remove(const std::vector<std::pair<std::string, std::string>>& services)
{
  if (services.empty()) {
    return {};
  }
  auto statement = database_.prepare("DELETE FROM service WHERE node = ?1 AND name = ?2");
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  for (const auto& [node, check] : services) {
    if (auto removed = statement->bind(1, node).bind(2, check).run(); !removed) {
      return removed;
    }
  }
  return {};
}

Expected<void> Store::put(const StoredNode& node)
{
  return statements_->put_node.bind(1, node.name)
      .bind(2, node.cursor.epoch)
      .bind(3, node.cursor.seq)
      .bind(4, node.state)
      .bind(5, in_ms(node.since))
      .bind(6, node.machine)
      .run();
}

Expected<void> Store::put(const StoredService& service)
{
  const auto& last = service.last;
  return statements_->put_service.bind(1, service.node)
      .bind(2, last.check)
      .bind(3, static_cast<std::int64_t>(last.state))
      .bind(4, in_ms(last.started))
      .bind(5, in_ms(last.finished))
      .bind(6, service.results)
      .bind(7, last.summary)
      .bind(8, last.details)
      .bind(9, last.perfdata)
      .bind(10, last.origin)
      .bind(11, service.machine)
      .run();
}

Expected<void> Store::put(const StoredEvent& event)
{
  auto& statement = statements_->put_event;
  statement.bind(1, in_ms(event.time)).bind(2, event.kind).bind(3, event.node).bind(4, event.service);
  bind_state(statement, 5, event.before);
  bind_state(statement, 6, event.after);
  return statement.bind(7, std::int64_t{event.replayed ? 1 : 0})
      .bind(8, event.message)
      .bind(9, std::int64_t{event.hard ? 1 : 0})
      .bind(10, std::int64_t{event.attempt})
      .bind(11, event.silence)
      .bind(12, joined(event.nodes))
      .run();
}

Expected<void> Store::put(const std::vector<StoredCare>& care)
{
  if (auto emptied = database_.execute("DELETE FROM care"); !emptied) {
    return emptied;
  }
  auto statement = database_.prepare("INSERT OR REPLACE INTO care (kind, id, text) VALUES (?1, ?2, ?3)");
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  for (const auto& one : care) {
    if (auto written = statement->bind(1, one.kind).bind(2, one.id).bind(3, one.text).run(); !written) {
      return written;
    }
  }
  return {};
}

Expected<std::vector<StoredNode>> Store::nodes()
{
  auto statement = database_.prepare(all_nodes);
  return statement ? rows_of(*statement, node_in) : tl::make_unexpected(statement.error());
}

Expected<std::vector<StoredService>> Store::services()
{
  auto statement = database_.prepare(all_services);
  return statement ? rows_of(*statement, service_in) : tl::make_unexpected(statement.error());
}

Expected<std::vector<StoredCare>> Store::care()
{
  auto statement = database_.prepare(all_care);
  return statement ? rows_of(*statement, care_in) : tl::make_unexpected(statement.error());
}

Expected<std::vector<StoredEvent>> Store::state_events(
    const std::string& node, const std::string& service, Time from)
{
  auto statement = database_.prepare(state_events_of_one);
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  statement->bind(1, node).bind(2, service).bind(3, in_ms(from)).bind(4, most_events);
  return rows_of(*statement, event_in);
}

Expected<std::vector<StoredEvent>> Store::presence_events(const std::string& node, Time from)
{
  auto statement = database_.prepare(presence_events_of_one);
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  statement->bind(1, node).bind(2, in_ms(from)).bind(3, most_events);
  return rows_of(*statement, event_in);
}

Expected<std::vector<StoredEvent>> Store::events(
    const std::string& node, const std::string& service, std::int64_t most)
{
  auto statement = database_.prepare(some_events);
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  statement->bind(1, node).bind(2, service).bind(3, std::clamp<std::int64_t>(most, 0, most_events));
  return rows_of(*statement, event_in);
}

Expected<void> Store::forget(const std::string& node)
{
  auto transaction = Transaction::begin(database_);
  if (!transaction) {
    return tl::unexpected{transaction.error()};
  }
  for (const auto* sql : {"DELETE FROM service WHERE node = ?1", "DELETE FROM node WHERE name = ?1"}) {
    auto statement = database_.prepare(sql);
    auto done = statement ? statement->bind(1, node).run() : tl::make_unexpected(statement.error());
    if (!done) {
      return done;
    }
  }
  return transaction->commit();
}

Expected<std::int64_t> Store::remove_events_before(Time time, std::int64_t most)
{
  auto statement = database_.prepare(remove_old_events);
  const auto done = statement ? statement->bind(1, in_ms(time)).bind(2, most).run()
                              : tl::make_unexpected(statement.error());
  if (!done) {
    return tl::unexpected{done.error()};
  }
  auto changes = database_.prepare("SELECT changes()");
  const auto row = changes ? changes->step() : tl::make_unexpected(changes.error());
  return row ? Expected<std::int64_t>{changes->integer(0)} : tl::unexpected{row.error()};
}

}  // namespace muster::collector
