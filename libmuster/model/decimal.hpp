// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// Decimal numbers as plugins print them, the same under every locale.

// How many bytes at the start of `text` look like a number: sign, digits with dots or commas, `e` and an
// exponent. Looking like one is not being one: "1.2.3" does. An upper case E does not belong: in perfdata it
// starts a unit (EB). 0 if there is none.
std::size_t decimal_length(std::string_view text);

// The number that is the whole of `text`; a comma is a decimal point. Beyond the range of a double it is an
// infinity or zero, as strtod has it. Never NaN.
std::optional<double> parse_decimal(std::string_view text);

// The shortest text that reads back as the same number: "0.1", "1e+20", "inf".
std::string format_decimal(double number);

}  // namespace muster
