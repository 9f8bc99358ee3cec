// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/store/database.hpp"

namespace muster::collector {

// Brings the tables of the file to what this version needs, step by step, each in a transaction of its own. A
// file of a newer collector is an error that says so, and is left alone.
Expected<void> migrate(Database& database);

// What this collector reads and writes.
std::int64_t newest_schema();

}  // namespace muster::collector
