// SPDX-License-Identifier: Apache-2.0
// An answer, and the check results in it: replies are hostile.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libmuster/protocol/check_runs.hpp"
#include "libmuster/protocol/messages.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using namespace muster::protocol;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const auto payload = muster::fuzz::as_text(bytes, size);
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
