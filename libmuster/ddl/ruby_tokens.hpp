// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/ddl/ruby_text.hpp"

namespace muster::ddl {

// The smallest piece of a Ruby DDL that means something.
struct RubyToken {
  enum class Kind {
    word,     // action, do, true, String
    label,    // name: in a hash
    symbol,   // :name, :"a name"
    text,     // "…", '…', %q(…)
    pattern,  // /…/i, %r{…}
    integer,
    floating,
    punctuation,  // => ( ) [ ] { } , +
    line_end,     // also ;
    end,          // of the file; always the last one
  };

  Kind kind{};
  RubyPlace place;
  std::string text;   // the name, what is between the quotes, the pattern as it stands, or the punctuation
  std::string flags;  // of a pattern
  std::int64_t integer = 0;
  double floating = 0;

  [[nodiscard]] bool is(std::string_view sign) const noexcept
  {
    return kind == Kind::punctuation && text == sign;
  }

  [[nodiscard]] bool is_word(std::string_view word) const noexcept
  {
    return kind == Kind::word && text == word;
  }
};

// Agents in the field have up to 20 KiB. What is much more than a DDL in JSON may have, comments included, is
// something else.
inline constexpr std::size_t largest_ruby_ddl = std::size_t{256} * 1024;

// A DDL that still fits into 96 KiB of JSON has fewer than ten thousand; together they stay below 8 MiB.
inline constexpr std::size_t most_ruby_tokens = 32'768;

// Takes any bytes, and evaluates none. What a DDL has no use for is refused here: operators, variables,
// interpolation, backticks, heredocs. %w[a b] comes out as the list that it stands for. After a refusal
// they are those in front of it, and the end.
std::vector<RubyToken> ruby_tokens(std::string_view text, RubyReport& report);

}  // namespace muster::ddl
