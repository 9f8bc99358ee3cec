// SPDX-License-Identifier: Apache-2.0
// What receivers are still to be told.
#include <chrono>
#include <utility>

#include "collector/store/store.hpp"

namespace muster::collector {

namespace {

constexpr const char* put_notification =
    "INSERT INTO notification (id, receiver, time, event) VALUES (?1, ?2, ?3, ?4)";

}  // namespace

Expected<void> Store::put(const std::vector<StoredNotification>& notifications)
{
  if (notifications.empty()) {
    return {};
  }
  auto statement = database_.prepare(put_notification);
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  for (const auto& one : notifications) {
    statement->bind(1, one.id)
        .bind(2, one.receiver)
        .bind(3, one.queued.time_since_epoch().count())
        .bind(4, one.event);
    if (auto written = statement->run(); !written) {
      return written;
    }
  }
  return {};
}

Expected<void> Store::remove_notifications(const std::vector<std::int64_t>& ids)
{
  if (ids.empty()) {
    return {};
  }
  auto statement = database_.prepare("DELETE FROM notification WHERE id = ?1");
  if (!statement) {
    return tl::unexpected{statement.error()};
  }
  for (const auto id : ids) {
    if (auto removed = statement->bind(1, id).run(); !removed) {
      return removed;
    }
  }
  return {};
}

Expected<std::vector<StoredNotification>> Store::notifications()
{
  std::vector<StoredNotification> all;
  auto statement = database_.prepare("SELECT id, receiver, time, event FROM notification ORDER BY id");
  auto row = statement ? statement->step() : tl::make_unexpected(statement.error());
  for (; row && *row; row = statement->step()) {
    const Time queued{std::chrono::milliseconds{statement->integer(2)}};
    all.push_back({statement->integer(0), statement->text(1), queued, statement->text(3)});
  }
  return row ? Expected<std::vector<StoredNotification>>{std::move(all)} : tl::unexpected{row.error()};
}

Expected<std::int64_t> Store::last_notification()
{
  auto statement = database_.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'notification'");
  const auto row = statement ? statement->step() : tl::make_unexpected(statement.error());
  if (!row) {
    return tl::unexpected{row.error()};
  }
  return *row ? statement->integer(0) : 0;
}

}  // namespace muster::collector
