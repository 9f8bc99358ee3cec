// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Numbers of one text that are masked; the rest of it stays as it is. A text with more of them is a table,
// and so is hardly the same on two nodes.
inline constexpr std::size_t max_masked_numbers = 64;

// A text with its numbers taken out, so that the texts of several nodes can be compared: texts with the same
// pattern say the same with other numbers.
struct MaskedText {
  std::string pattern;               // a NUL byte stands in the place of each number; not for display
  std::vector<std::string> numbers;  // as they were printed, one for each NUL
};

// What a number is: digits with at most one point in them, and an exponent with a sign ("1.5e-05"). A minus
// or plus sign belongs to it at the start of the text and after a blank, an opening bracket, `=` or `:`. What
// follows may be glued to it (3MB, 4%). What is not: digits that are part of a word which begins with a
// letter (sda1, web-12.example.org, eth0) and chains with two points or more (10.0.0.5, 2.3.1): those are
// names, and a range of them would say nothing. A NUL in the text becomes U+FFFD. Never fails, linear.
MaskedText mask_numbers(std::string_view text);

// The text that all of `texts` share, each number that differs as `lowest..highest` in the digits it was
// printed with: "free space: / 3..41 MB (1..4%)". All must have the pattern of the first; others are left
// out. Empty for none.
std::string render_ranges(const std::vector<MaskedText>& texts);

}  // namespace muster
