// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/error.hpp"
#include "libmuster/sqlite/database.hpp"

namespace muster::bridge {

// The columns that item_row.hpp reads and writes.
inline constexpr const char* item_columns =
    "node, epoch, seq, ahead, replayed, chk, state, started, finished, summary, details, perfdata, origin";

// Makes the tables of the queue. A file of a newer version is `invalid_input`.
Expected<void> migrate(sqlite::Database& database);

// What whoever runs the bridge can do about a damaged file.
std::string advice_on_damage();

}  // namespace muster::bridge
