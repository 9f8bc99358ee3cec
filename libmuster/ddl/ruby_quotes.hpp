// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "libmuster/ddl/ruby_text.hpp"

namespace muster::ddl {

// What a backslash means between quotes.
enum class RubyEscapes {
  few,   // '…', %q(…): only itself and the quotes
  all,   // "…", %Q(…): \n, \u00e9, …
  kept,  // /…/, %r{…}: it stays, for the one who reads the pattern
};

// "(" and ")" nest, quotes that are the same do not.
struct RubyDelimiters {
  char open;
  char close;
};

// What `open` behind a % has on its other side: ) of (, else itself.
RubyDelimiters delimiters_of(char open) noexcept;

// The text up to the quote that closes; the cursor stands behind the one that opens, at `begin`, and goes
// behind it. Interpolation is refused, since it would have to be evaluated. After a refusal the result is of
// no use.
std::string read_quoted(
    RubyText& text,
    const RubyDelimiters& delimiters,
    RubyEscapes escapes,
    const RubyPlace& begin,
    RubyReport& report);

}  // namespace muster::ddl
