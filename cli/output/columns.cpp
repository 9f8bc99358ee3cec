// SPDX-License-Identifier: Apache-2.0
#include "cli/output/columns.hpp"

#include <algorithm>
#include <iterator>

#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view indent = "    ";

// MCollective's numbers: the width of a field, and that of the fields of a line together.
constexpr std::size_t narrowest_field = 30;
constexpr std::size_t widest_line = 90;

std::string_view without_trailing_blanks(std::string_view text)
{
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::size_t fields_per_line(std::size_t field, std::size_t columns, std::size_t margin)
{
  const auto fields = widest_line / field;
  if (columns == 0) {
    return std::max<std::size_t>(fields, 1);
  }
  const auto room = columns > margin ? columns - margin + 1 : 0;
  return std::max<std::size_t>(std::min(fields, room / (field + 1)), 1);
}

}  // namespace

std::string one_line(std::string_view text)
{
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) {
    return {};
  }
  return printable(text.substr(start, text.find_last_not_of(" \t\r\n") + 1 - start), false);
}

std::string padded(std::string_view text, std::size_t width)
{
  const auto shown = display_width(text);
  return std::string{text} + std::string(shown < width ? width - shown : 0, ' ');
}

std::string indented(std::string_view text)
{
  auto shown = printable(text, true);
  shown.erase(shown.find_last_not_of(" \t\n") + 1);
  shown.erase(0, shown.find_first_not_of('\n'));
  std::string lines;
  for (std::string_view rest = shown; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = without_trailing_blanks(rest.substr(0, end));
    lines += line.empty() ? "" : indent;
    lines += line;
    lines += '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

std::string in_columns(const std::vector<std::string>& entries, std::size_t columns, std::size_t margin)
{
  auto field = narrowest_field;
  for (const auto& entry : entries) {
    field = std::max(field, display_width(entry));
  }
  const auto per_line = fields_per_line(field, columns, margin);
  std::string text;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool last_of_line = (i + 1) % per_line == 0 || i + 1 == entries.size();
    text += i % per_line == 0 ? std::string(margin, ' ') : " ";
    text += last_of_line ? entries[i] + "\n" : padded(entries[i], field);
  }
  return text;
}

namespace {

std::vector<std::string> printable_row(const std::vector<std::string>& row)
{
  std::vector<std::string> cells;
  for (const auto& cell : row) {
    const auto shown = one_line(cell);
    cells.push_back(shown.empty() ? "-" : shown);
  }
  return cells;
}

std::string row_text(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths)
{
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += i + 1 == cells.size() ? cells[i] : padded(cells[i], widths[i]) + "  ";
  }
  return text + "\n";
}

}  // namespace

std::string table_text(
    const std::vector<std::string>& header,
    const std::vector<std::vector<std::string>>& rows,
    const TextStyle& style)
{
  std::vector<std::vector<std::string>> lines{header};
  std::transform(rows.begin(), rows.end(), std::back_inserter(lines), printable_row);
  std::vector<std::size_t> widths(header.size());
  for (const auto& row : lines) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : lines) {
    const auto shown = row_text(row, widths);
    text += text.empty() ? style.bold(shown.substr(0, shown.size() - 1)) + "\n" : shown;
  }
  return text;
}

}  // namespace muster::cli
