// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster::cli::gate {

// Longer is a typing error: nobody's pipeline waits for a month.
inline constexpr std::chrono::hours longest_duration{7 * 24};

// "500ms", "30s", "2m", "1h": a whole number and its unit. A bare number is refused, because -t takes seconds
// and others would read minutes.
Expected<std::chrono::milliseconds> parse_duration(std::string_view text);

// The same way back, in the largest unit that holds it whole.
std::string duration_word(std::chrono::milliseconds duration);

}  // namespace muster::cli::gate
