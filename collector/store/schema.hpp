// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "libmuster/error.hpp"
#include "libmuster/sqlite/database.hpp"

namespace muster::collector {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

// As it is, whatever its version; what is wrong with it is told with what the operator of a collector can do.
Expected<Database> open_database(const std::filesystem::path& file);

// Brings the tables of the file to what this version needs, step by step, each in a transaction of its own. A
// file of a newer collector is an error that says so, and is left alone.
Expected<void> migrate(Database& database);

// What this collector reads and writes.
std::int64_t newest_schema();

}  // namespace muster::collector
