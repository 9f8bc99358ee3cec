// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "nagios-bridge/queue/queue.hpp"

namespace muster::bridge {

// Of the queue alone: what it runs for every item, prepared once.
struct Queue::Statements {
  sqlite::Statement put_item;
  sqlite::Statement put_node;
  sqlite::Statement read_items;
  sqlite::Statement one_item;
  sqlite::Statement pages;
  sqlite::Statement free_pages;
  sqlite::Statement wishes;

  static Expected<std::unique_ptr<Statements>> prepare(sqlite::Database& database);
};

}  // namespace muster::bridge
