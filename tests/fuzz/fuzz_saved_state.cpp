// SPDX-License-Identifier: Apache-2.0
// The file of `mco gate save`, which may have been through many hands.
#include <cstddef>
#include <cstdint>

#include "cli/gate/saved_state.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  using muster::fuzz::require;
  using namespace muster::cli::gate;
  const auto state = parse_saved_state(muster::fuzz::as_text(bytes, size));
  if (state) {
    const auto text = encode(*state);
    require(text.has_value());
    const auto again = parse_saved_state(*text);
    require(again && again->results.size() == state->results.size());
    require(again->filter == state->filter && again->nodes == state->nodes && again->checks == state->checks);
  }
  return 0;
}
