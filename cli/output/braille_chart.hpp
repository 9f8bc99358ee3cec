// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace muster::cli {

// A chart of dots, two columns and four rows of them to a character (Unicode's braille patterns), with the
// least and greatest value at its left. Values that are not known leave a gap. Pure.
struct ChartSize {
  std::size_t columns = 60;  // characters
  std::size_t rows = 6;
};

std::string braille_chart(const std::vector<std::optional<double>>& values, ChartSize size);

// "1.5 M", "37.6", "0.02": three digits that count and a unit prefix by 1000.
std::string short_number(double value);

}  // namespace muster::cli
