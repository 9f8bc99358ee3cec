// SPDX-License-Identifier: Apache-2.0
// A presence: every program that looks at the fleet reads all of them.
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
  const auto presence = parse_presence(payload);
  if (presence) {
    const auto text = encode(*presence);
    require(text.size() <= largest_encoded);
    const auto again = parse_presence(text);
    require(again && again->name == presence->name && again->state == presence->state);
    require(again->broker.empty() == presence->broker.empty());
  }
  return 0;
}
