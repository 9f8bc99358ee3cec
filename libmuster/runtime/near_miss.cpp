// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/near_miss.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace muster::runtime {

namespace {

char lower(char c) noexcept
{
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Levenshtein's distance, one row at a time.
std::size_t edits_between(std::string_view left, std::string_view right)
{
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const auto replaced = diagonal + (lower(left[i]) == lower(right[j]) ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string near_miss(std::string_view word, const std::vector<std::string>& known)
{
  constexpr std::size_t longest = 64;  // longer words are no typing mistakes, and the search is quadratic
  if (word.size() > longest) {
    return {};
  }
  std::size_t allowed = std::min<std::size_t>(2, word.size() / 2);
  const std::string* nearest = nullptr;
  for (const auto& candidate : known) {
    const auto edits = candidate.size() > longest ? longest : edits_between(word, candidate);
    if (edits < allowed || (nearest == nullptr && edits == allowed)) {
      nearest = &candidate;
      allowed = edits;
    }
  }
  return nearest == nullptr ? std::string{} : *nearest;
}

}  // namespace muster::runtime
