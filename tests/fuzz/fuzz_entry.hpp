// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muster::fuzz {

// What must hold of every input: libFuzzer, and the replay in the tests, take a trap for a finding.
inline void require(bool holds)
{
  if (!holds) {
    __builtin_trap();
  }
}

inline std::string_view as_text(const std::uint8_t* bytes, std::size_t size)
{
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as the text that they may be
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace muster::fuzz
