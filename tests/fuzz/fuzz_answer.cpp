// SPDX-License-Identifier: Apache-2.0
// An answer, and the check results in it: replies are hostile.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libmuster/protocol/check_runs.hpp"
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
  const auto answer = parse_answer(payload);
  if (answer) {
    static_cast<void>(check_runs_from_json(answer->data));
    const auto text = encode(*answer);
    require(text.size() <= largest_encoded);
    const auto again = parse_answer(text);
    require(again && again->node == answer->node && again->now == answer->now);
    require(again->outcome == answer->outcome);
  }
  return 0;
}
