// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/text_style.hpp"

namespace muster::cli {

// Text of a stranger on one line: printable, without the blanks around it.
std::string one_line(std::string_view text);

// The text with blanks behind it up to `width` columns; a longer one as it is.
std::string padded(std::string_view text, std::size_t width);

// Printable, each line behind four blanks and closed with a line feed, no trailing blanks; nothing for a text
// of blanks. `text` may come from a stranger.
std::string indented(std::string_view text);

// Names in columns as MCollective set them: `margin` blanks, fields of 30 columns or the longest entry, three
// to a line or as many as a terminal of `columns` (0: no terminal) can take. The entries must be printable
// already.
std::string in_columns(const std::vector<std::string>& entries, std::size_t columns, std::size_t margin = 4);

// A table: the header in bold, a line for each row, each column as wide as its widest cell. The cells may
// come from strangers; an empty one is shown as "-".
std::string table_text(
    const std::vector<std::string>& header,
    const std::vector<std::vector<std::string>>& rows,
    const TextStyle& style);

}  // namespace muster::cli
