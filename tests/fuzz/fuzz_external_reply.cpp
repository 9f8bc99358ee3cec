// SPDX-License-Identifier: Apache-2.0
// What an external agent writes as its reply.
#include <cstddef>
#include <cstdint>
#include <string>

#include "checkagent/external_call.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  using muster::fuzz::require;
  const auto text = muster::fuzz::as_text(data, size);
  if (const auto wanted = muster::checkagent::read_activation(text); !wanted) {
    require(!wanted.error().message.empty());
  }
  const auto reply = muster::checkagent::read_rpc_reply("fuzzed", std::string{text});
  require(reply.status >= 0 && reply.status <= 5);
  require(reply.status != 0 || !reply.message.empty());
  return 0;
}
