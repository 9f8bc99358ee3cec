// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue/queue_statements.hpp"

#include <utility>

#include "nagios-bridge/queue/schema.hpp"

namespace muster::bridge {

namespace {

constexpr const char* put_node_sql =
    "INSERT INTO node (name, epoch, seq, host, since) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (name) DO UPDATE SET epoch = ?2, seq = ?3, host = ?4, since = ?5";

// What has its place already is there already.
std::string put_item_sql()
{
  return std::string{"INSERT INTO item (ticket, arrived, "} + item_columns +
         ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT DO NOTHING";
}

std::string read_items_sql()
{
  return std::string{"SELECT ticket, told_to, "} + item_columns +
         " FROM item WHERE ticket > ?1 ORDER BY ticket LIMIT ?2";
}

std::string one_item_sql()
{
  return std::string{"SELECT "} + item_columns + " FROM item WHERE ticket = ?1";
}

}  // namespace

Expected<std::unique_ptr<Queue::Statements>> Queue::Statements::prepare(sqlite::Database& database)
{
  auto put_item = database.prepare(put_item_sql());
  auto put_node = database.prepare(put_node_sql);
  auto read_items = database.prepare(read_items_sql());
  auto one_item = database.prepare(one_item_sql());
  auto pages = database.prepare("PRAGMA page_count");
  auto free_pages = database.prepare("PRAGMA freelist_count");
  auto wishes = database.prepare("SELECT id, word FROM wish ORDER BY id LIMIT 1");
  for (const auto* prepared : {&put_item, &put_node, &read_items, &one_item, &pages, &free_pages, &wishes}) {
    if (!*prepared) {
      return tl::unexpected{prepared->error()};
    }
  }
  return std::make_unique<Statements>(Statements{
      std::move(*put_item),
      std::move(*put_node),
      std::move(*read_items),
      std::move(*one_item),
      std::move(*pages),
      std::move(*free_pages),
      std::move(*wishes)});
}

}  // namespace muster::bridge
