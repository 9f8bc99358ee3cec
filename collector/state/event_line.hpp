// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collector/state/event.hpp"

namespace muster::collector {

// An event as one line for people and grep, without a line feed:
// "2026-11-22T19:16:31.042Z web1 check_disk state: OK -> CRITICAL, hard, attempt 3, silent (downtime): full".
// A node or check that is not there is "-". Its texts come from strangers: they are made printable.
std::string event_line(const Event& event);

}  // namespace muster::collector
