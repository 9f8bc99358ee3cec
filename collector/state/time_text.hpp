// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collector/state/event.hpp"

namespace muster::collector {

// To the second, for the messages of events: "2026-11-22 19:16:31 UTC".
std::string time_text(Time time);

// A duration as people say it, in its two largest units: "3 s", "2 min 5 s", "4 h", "12 d 3 h".
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace muster::collector
