// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace muster::checkagent {

// What C's isspace() takes in the C locale, which is what nrpe runs in.
inline constexpr std::string_view blanks = " \t\n\v\f\r";

inline std::string_view without_leading_blanks(std::string_view text)
{
  const auto start = text.find_first_not_of(blanks);
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

inline std::string_view without_blanks_around(std::string_view text)
{
  text = without_leading_blanks(text);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace muster::checkagent
