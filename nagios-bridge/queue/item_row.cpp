// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue/item_row.hpp"

#include <algorithm>

namespace muster::bridge {

namespace {

using std::chrono::milliseconds;

// Places behind the first column.
enum Column {
  node,
  epoch,
  seq,
  ahead,
  replayed,
  check,
  state,
  started,
  finished,
  summary,
  details,
  perfdata,
  origin
};

void bind_result(sqlite::Statement& statement, int position, const CheckResult& result)
{
  statement.bind(position + check, result.check)
      .bind(position + state, static_cast<std::int64_t>(result.state))
      .bind(position + started, in_ms(result.started))
      .bind(position + finished, in_ms(result.finished))
      .bind(position + summary, result.summary)
      .bind(position + details, result.details)
      .bind(position + perfdata, result.perfdata)
      .bind(position + origin, result.origin);
}

// Of hosts: up, down, stopped.
std::int64_t number_of(const HostState& host)
{
  constexpr std::int64_t down = 1;
  constexpr std::int64_t stopped = 2;
  return host.up ? 0 : host.stopped ? stopped : down;
}

HostState host_in(const sqlite::Statement& row, int column)
{
  HostState host;
  host.up = row.integer(column + state) == 0;
  host.stopped = row.integer(column + state) == 2;
  host.since = time_in(row, column + started);
  host.text = row.text(column + summary);
  return host;
}

void bind_host(sqlite::Statement& statement, int position, const HostState& host)
{
  statement.bind_null(position + check)
      .bind(position + state, number_of(host))
      .bind(position + started, in_ms(host.since))
      .bind(position + finished, in_ms(host.since))
      .bind(position + summary, host.text)
      .bind(position + details, std::string_view{""})
      .bind(position + perfdata, std::string_view{""})
      .bind(position + origin, std::string_view{""});
}

CheckResult result_in(const sqlite::Statement& row, int column)
{
  constexpr std::int64_t worst = 3;
  CheckResult result;
  result.check = row.text(column + check);
  result.state = static_cast<CheckState>(std::clamp<std::int64_t>(row.integer(column + state), 0, worst));
  result.started = time_in(row, column + started);
  result.finished = time_in(row, column + finished);
  result.summary = row.text(column + summary);
  result.details = row.text(column + details);
  result.perfdata = row.text(column + perfdata);
  result.origin = row.text(column + origin);
  return result;
}

}  // namespace

std::int64_t in_ms(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}

Time time_in(const sqlite::Statement& row, int column)
{
  return Time{milliseconds{row.integer(column)}};
}

void bind_item(sqlite::Statement& statement, int position, const QueuedItem& item)
{
  statement.bind(position + node, item.node)
      .bind(position + epoch, item.place.epoch)
      .bind(position + seq, item.place.seq)
      .bind(position + ahead, std::int64_t{item.ahead.count()})
      .bind(position + replayed, std::int64_t{item.replayed ? 1 : 0});
  if (const auto* result = std::get_if<CheckResult>(&item.what)) {
    bind_result(statement, position, *result);
  } else {
    bind_host(statement, position, std::get<HostState>(item.what));
  }
}

QueuedItem item_in(const sqlite::Statement& row, int column)
{
  QueuedItem item;
  item.node = row.text(column + node);
  item.place = {row.integer(column + epoch), row.integer(column + seq)};
  item.ahead = milliseconds{row.integer(column + ahead)};
  item.replayed = row.integer(column + replayed) != 0;
  if (row.is_null(column + check)) {
    item.what = host_in(row, column);
  } else {
    item.what = result_in(row, column);
  }
  return item;
}

}  // namespace muster::bridge
