// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/shown_term.hpp"

#include <algorithm>
#include <functional>

namespace muster {

std::string shown_term(std::string_view term)
{
  constexpr std::size_t most = 80;  // enough to recognise it, short enough for one line
  std::string result{term.substr(0, most)};
  // Whatever is not plain ASCII goes: a cut may split a character, and some start escapes of their own.
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  std::replace_if(result.begin(), result.end(), std::not_fn(is_plain), '?');
  return "'" + result + (term.size() > most ? "...'" : "'");
}

}  // namespace muster
