// SPDX-License-Identifier: Apache-2.0
// A check result as it is published.
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
  const auto message = parse_result(payload);
  if (message) {
    const auto text = encode(*message);
    require(text.size() <= largest_encoded);
    const auto again = parse_result(text);
    require(again && again->node == message->node && again->seq == message->seq);
    require(again->result.state == message->result.state);
  }
  return 0;
}
