// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/error.hpp"

namespace muster::mqtt {

// Reason codes of MQTT 5 (OASIS standard, section 2.4): below this one all is well.
inline constexpr int first_bad_reason = 0x80;
inline constexpr int unsupported_protocol = 0x84;
inline constexpr int session_taken_over = 0x8E;

// What a broker said no to, and why, in words: "subscribe to x: not authorized: …".
Error refusal(const std::string& what, int reason_code);

}  // namespace muster::mqtt
