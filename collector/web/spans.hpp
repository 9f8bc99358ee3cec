// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

// Times and durations as people write and read them. Pure.
namespace muster::collector::web {

using protocol::Time;

inline constexpr std::chrono::seconds longest_span{std::chrono::hours{24 * 3660}};  // ten years

// "90" (seconds), "30m", "4h", "2d", "1w", "1y". Fails with `invalid_input` for anything else, for nothing,
// and for what is longer than `longest_span`.
Expected<std::chrono::seconds> parse_span(std::string_view text);

// The largest whole unit: "now" (below a second, and ahead), "42 s", "12 min", "4 h", "3 d".
std::string age_text(std::chrono::milliseconds age);

// "2026-11-24 00:42:29 UTC"
std::string clock_text(Time time);

// "2026-11-24 00:42" or "2026-11-24T00:42", which are UTC. Fails with `invalid_input`.
Expected<Time> parse_clock(std::string_view text);

}  // namespace muster::collector::web
