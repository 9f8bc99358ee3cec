// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// One step through text that should be UTF-8.
struct Utf8Step {
  char32_t code_point = 0;  // U+FFFD for a sequence that is not valid
  std::size_t bytes = 0;    // how far to go on, at least 1
  bool valid = false;
};

// The first code point of `text`, which must not be empty. Of an invalid sequence it takes the longest
// beginning of a valid one, as the Unicode standard recommends (3.9, "maximal subparts"), so that a text cut
// in the middle of a character loses only that character. Overlong forms, surrogates and numbers above
// U+10FFFF are invalid.
Utf8Step next_code_point(std::string_view text);

void append_utf8(std::string& text, char32_t code_point);

// The same text with U+FFFD in place of every invalid sequence and every NUL, at which C libraries would cut
// it. The result is at most three times as long.
std::string to_valid_utf8(std::string_view text);

// Text of a stranger, made safe for a terminal or a log. What could move the cursor, change the terminal,
// reorder or hide text is shown as a visible escape (`\x1b`, `\u202e`): control characters (C0 but tab, DEL,
// C1), bidirectional controls, zero-width characters, separators of lines and paragraphs, tags. Invalid
// sequences become U+FFFD. Line feeds stay with `keep_newlines` (and a CR before one goes), else they are
// shown as `\n`.
std::string printable(std::string_view text, bool keep_newlines);

// At most `max_bytes` bytes: the text itself, or its beginning up to a character border with `mark` behind
// it. A mark that does not fit is left out.
std::string truncate_utf8(std::string_view text, std::size_t max_bytes, std::string_view mark);

// Columns on a terminal, the same under every locale: 0 for combining and invisible characters and controls,
// 2 for East Asian wide ones and emoji, else 1.
std::size_t display_width(std::string_view text);

}  // namespace muster
