// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace muster {

// What a terminal makes of a code point. The tables follow Unicode 15 (general categories Cc, Cf, Mn, Me;
// EastAsianWidth W and F), with neighbouring blocks drawn together: enough to lay out a table of host names.

// Could move the cursor, reorder or hide text. Tab, line feed and everything with a shape of its own could
// not.
bool is_treacherous(char32_t code_point);

// 0, 1 or 2 columns.
std::size_t columns_of(char32_t code_point);

}  // namespace muster
