// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/text_style.hpp"
#include "libmuster/model/check_state.hpp"

// Lines of a screen: texts with their colours, which are cut before they are coloured. Pure.
namespace muster::cli {

enum class Paint { none, bold, red, green, yellow, cyan };

Paint paint_of(CheckState state);

struct PaintedText {
  std::string text;  // safe to show
  Paint paint = Paint::none;
};

using PaintedLine = std::vector<PaintedText>;

// Text of a stranger for a line of a screen: printable, and no tab, which would move the cursor.
std::string safe(std::string_view text);

// As much of it as `columns` hold, with "…" for the rest; and the same in colours.
std::string cut_to(std::string_view text, std::size_t columns);
std::string cut_to(PaintedLine line, std::size_t columns, const TextStyle& style);

// The text in lines of at most `columns`, broken between characters. At least one line.
std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns);

}  // namespace muster::cli
