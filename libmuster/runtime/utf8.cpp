// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/utf8.hpp"

#include <algorithm>

namespace muster::runtime {

namespace {

struct Lead {
  std::size_t followers;
  unsigned char lowest;   // of the first follower: what is below would be an overlong form
  unsigned char highest;  // of the first follower: what is above is a surrogate or beyond U+10FFFF
};

constexpr std::optional<Lead> lead_of(unsigned char byte) noexcept
{
  if (byte < 0x80) {
    return Lead{0, 0, 0};
  }
  if (byte >= 0xc2 && byte <= 0xdf) {
    return Lead{1, 0x80, 0xbf};
  }
  if (byte >= 0xe0 && byte <= 0xef) {
    return Lead{
        2,
        static_cast<unsigned char>(byte == 0xe0 ? 0xa0 : 0x80),
        static_cast<unsigned char>(byte == 0xed ? 0x9f : 0xbf)};
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    return Lead{
        3,
        static_cast<unsigned char>(byte == 0xf0 ? 0x90 : 0x80),
        static_cast<unsigned char>(byte == 0xf4 ? 0x8f : 0xbf)};
  }
  return std::nullopt;
}

bool follows(std::string_view rest, const Lead& lead) noexcept
{
  if (rest.size() < lead.followers) {
    return false;
  }
  const auto within = [](char c, unsigned char low, unsigned char high) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= low && byte <= high;
  };
  rest = rest.substr(0, lead.followers);
  return rest.empty() ||
         (within(rest.front(), lead.lowest, lead.highest) &&
          std::all_of(rest.begin(), rest.end(), [&](char c) { return within(c, 0x80, 0xbf); }));
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) noexcept
{
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = lead_of(static_cast<unsigned char>(text[at]));
    if (!lead || !follows(text.substr(at + 1), *lead)) {
      return at;
    }
    at += 1 + lead->followers;
  }
  return std::nullopt;
}

}  // namespace muster::runtime
