// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libmuster/sqlite/database.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// An item as thirteen columns, in the order of `item_columns` of schema.hpp.
inline constexpr int item_width = 13;

// Binds them from `position` (counted from 1) on.
void bind_item(sqlite::Statement& statement, int position, const QueuedItem& item);

// Reads them from `column` (counted from 0) on; the ticket stays 0.
QueuedItem item_in(const sqlite::Statement& row, int column);

// Times are stored as milliseconds since the epoch.
std::int64_t in_ms(std::chrono::system_clock::time_point time);
Time time_in(const sqlite::Statement& row, int column);

}  // namespace muster::bridge
