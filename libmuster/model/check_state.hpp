// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster {

// What a plugin says with its exit status; the numbers are those of the Nagios plugin interface.
enum class CheckState { ok = 0, warning = 1, critical = 2, unknown = 3 };

// "OK", "WARNING", "CRITICAL" or "UNKNOWN"; a static string.
std::string_view to_string(CheckState state);

// Everything but 0-3 is UNKNOWN: 127, a signal (negative) and any other number say nothing about the thing
// checked.
CheckState state_from_exit_code(int exit_code);

// 0 for OK, rising to 3 for the worst. Worst first: CRITICAL, UNKNOWN, WARNING, OK.
int severity(CheckState state);

bool is_worse(CheckState left, CheckState right);

CheckState worse_of(CheckState left, CheckState right);

}  // namespace muster
