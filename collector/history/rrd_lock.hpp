// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

namespace muster::collector {

// Every call of librrd happens under it: its file locks belong to the process, and two drawings at a time
// corrupt its heap.
std::mutex& librrd_lock();

}  // namespace muster::collector
