// SPDX-License-Identifier: Apache-2.0
// A presence: every program that looks at the fleet reads all of them.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libmuster/protocol/messages.hpp"

namespace {

using namespace muster::protocol;

void require(bool holds)
{
  if (!holds) {
    __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as the text that they may be
  const std::string_view payload{reinterpret_cast<const char*>(bytes), size};
  const auto presence = parse_presence(payload);
  if (presence) {
    const auto text = encode(*presence);
    require(text.size() <= largest_encoded);
    const auto again = parse_presence(text);
    require(again && again->name == presence->name && again->state == presence->state);
  }
  return 0;
}
