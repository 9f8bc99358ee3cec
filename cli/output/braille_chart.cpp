// SPDX-License-Identifier: Apache-2.0
#include "cli/output/braille_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

constexpr char32_t first_pattern = 0x2800;
// Which bit of a pattern is the dot in [row][column]: Unicode 15, chart U2800.
constexpr std::array<std::array<unsigned, 2>, 4> dots{
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
constexpr std::size_t label_width = 9;

struct Bounds {
  double least = 0;
  double greatest = 0;
};

std::optional<Bounds> bounds_of(const std::vector<std::optional<double>>& values)
{
  std::optional<Bounds> bounds;
  for (const auto& value : values) {
    if (!value || !std::isfinite(*value)) {
      continue;
    }
    bounds = bounds ? Bounds{std::min(bounds->least, *value), std::max(bounds->greatest, *value)}
                    : Bounds{*value, *value};
  }
  return bounds;
}

// Which row of dots, from above, a value is in.
std::size_t row_of(double value, const Bounds& bounds, std::size_t rows)
{
  const double range = bounds.greatest - bounds.least;
  const double share = range > 0 ? (value - bounds.least) / range : 0.0;
  const auto height = static_cast<double>(rows - 1);
  return rows - 1 - static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * height));
}

std::string line_of(const std::vector<unsigned>& patterns)
{
  std::string line;
  for (const auto pattern : patterns) {
    append_utf8(line, first_pattern + pattern);
  }
  return line;
}

}  // namespace

std::string short_number(double value)
{
  constexpr std::array<const char*, 5> prefixes{"", " k", " M", " G", " T"};
  std::size_t prefix = 0;
  while (std::abs(value) >= 1000 && prefix + 1 < prefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  return fmt::format("{:.3g}{}", value, prefixes.at(prefix));
}

std::string braille_chart(const std::vector<std::optional<double>>& values, ChartSize size)
{
  const auto bounds = bounds_of(values);
  if (!bounds || size.columns == 0 || size.rows == 0) {
    return {};
  }
  std::vector<std::vector<unsigned>> patterns(size.rows, std::vector<unsigned>(size.columns, 0));
  const auto across = size.columns * 2;
  for (std::size_t x = 0; x < across; ++x) {
    const auto& value = values[x * values.size() / across];
    if (value && std::isfinite(*value)) {
      const auto y = row_of(*value, *bounds, size.rows * dots.size());
      patterns[y / dots.size()][x / 2] |= dots.at(y % dots.size()).at(x % 2);
    }
  }
  std::string text;
  for (std::size_t row = 0; row < size.rows; ++row) {
    const auto label = row == 0               ? short_number(bounds->greatest)
                       : row + 1 == size.rows ? short_number(bounds->least)
                                              : std::string{};
    text += fmt::format("{:>{}} ┤{}\n", label, label_width, line_of(patterns[row]));
  }
  return text;
}

}  // namespace muster::cli
