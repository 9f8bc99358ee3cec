// SPDX-License-Identifier: Apache-2.0
// A list of nodes from a file or standard input: lines of names, or JSON of another program.
#include <cstddef>
#include <cstdint>

#include "cli/node_list_json.hpp"
#include "libmuster/model/node_name.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

using muster::fuzz::require;

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto text = muster::fuzz::as_text(data, size);
  const auto names = muster::cli::nodes_in_json(text);
  if (!names) {
    require(!names.error().message.empty() && names.error().message.size() < 512);
    return 0;
  }
  require(muster::cli::is_json(text) && !names->empty());
  for (const auto& name : *names) {
    require(muster::is_node_name(name));
  }
  return 0;
}
