// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace muster::cli {

enum class Zone { local, utc };

using Milliseconds = std::chrono::sys_time<std::chrono::milliseconds>;

// ISO 8601 with the offset from UTC, to the second: "2026-11-22T19:16:31+01:00". Times outside the years 1 to
// 9999 show the nearest that is inside.
std::string iso_8601(Milliseconds time, std::chrono::minutes offset);

// The same with the offset that `zone` has at that time; `local` is what TZ or /etc/localtime says.
std::string iso_8601(Milliseconds time, Zone zone);

// The same with milliseconds: "2026-11-22T19:16:31.042+01:00".
std::string iso_8601_precise(Milliseconds time, Zone zone);

// How long ago, in one unit, rounded down: "45 s", "3 min", "3 h", "2 d". Negative ages are 0.
std::string age_text(std::chrono::seconds age);

// "439.98 ms", from 10 s up "12.3 s". Negative durations are 0.
std::string duration_text(std::chrono::microseconds duration);

// "439.98", the milliseconds alone.
std::string milliseconds_text(std::chrono::microseconds duration);

}  // namespace muster::cli
