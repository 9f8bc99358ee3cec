// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/painted_line.hpp"

#include <algorithm>

#include "cli/output/columns.hpp"
#include "libmuster/model/code_point_class.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

constexpr std::string_view cut_mark = "…";

std::string painted(const std::string& text, Paint paint, const TextStyle& style)
{
  switch (paint) {
  case Paint::none:
    return text;
  case Paint::bold:
    return style.bold(text);
  case Paint::red:
    return style.red(text);
  case Paint::green:
    return style.green(text);
  case Paint::yellow:
    return style.yellow(text);
  case Paint::cyan:
    return style.cyan(text);
  }
  return text;
}

// How many bytes of it `columns` hold.
std::size_t bytes_within(std::string_view text, std::size_t columns)
{
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const auto step = next_code_point(text.substr(bytes));
    used += columns_of(step.code_point);
    if (used > columns) {
      break;
    }
    bytes += step.bytes;
  }
  return bytes;
}

}  // namespace

Paint paint_of(CheckState state)
{
  switch (state) {
  case CheckState::ok:
    return Paint::green;
  case CheckState::warning:
    return Paint::yellow;
  case CheckState::critical:
    return Paint::red;
  case CheckState::unknown:
    break;
  }
  return Paint::cyan;
}

std::string safe(std::string_view text)
{
  auto shown = one_line(text);
  std::replace(shown.begin(), shown.end(), '\t', ' ');
  return shown;
}

std::string cut_to(std::string_view text, std::size_t columns)
{
  if (display_width(text) <= columns) {
    return std::string{text};
  }
  return columns == 0 ? std::string{}
                      : std::string{text.substr(0, bytes_within(text, columns - 1))}.append(cut_mark);
}

std::string cut_to(PaintedLine line, std::size_t columns, const TextStyle& style)
{
  std::size_t wanted = 0;
  for (auto& part : line) {
    std::replace(part.text.begin(), part.text.end(), '\t', ' ');  // it would move the cursor
    wanted += display_width(part.text);
  }
  const bool cut = wanted > columns;
  std::string shown;
  for (const auto& [text, paint] : line) {
    const auto width = display_width(text);
    // The mark needs a column of the last text that is shown.
    if (cut && width >= columns) {
      shown += painted(columns == 0 ? "" : cut_to(text + " ", columns), paint, style);
      return shown;
    }
    shown += painted(text, paint, style);
    columns -= width;
  }
  return shown;
}

std::vector<std::string> wrapped_to(std::string_view text, std::size_t columns)
{
  std::vector<std::string> lines;
  do {
    auto bytes = bytes_within(text, columns);
    if (bytes == 0 && !text.empty()) {
      bytes = next_code_point(text).bytes;  // wider than a line
    }
    lines.emplace_back(text.substr(0, bytes));
    text.remove_prefix(bytes);
  } while (!text.empty());
  return lines;
}

}  // namespace muster::cli
