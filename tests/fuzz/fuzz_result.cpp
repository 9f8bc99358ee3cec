// SPDX-License-Identifier: Apache-2.0
// A check result as it is published.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libmuster/protocol/messages.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using namespace muster::protocol;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const auto payload = muster::fuzz::as_text(bytes, size);
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
