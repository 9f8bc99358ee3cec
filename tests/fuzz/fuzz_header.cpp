// SPDX-License-Identifier: Apache-2.0
// The header of a request, which anybody may send: what opens is signed over the payload's own bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/messages.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

using muster::fuzz::require;
using namespace muster::protocol;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
  const auto payload = muster::fuzz::as_text(bytes, size);
  const auto sealed = open_header(payload);
  if (sealed) {
    require(muster::is_caller_name(sealed->caller));
    require(payload.ends_with(sealed->body) && sealed->signed_text.ends_with(sealed->body));
    const auto words = "muster1 " + sealed->caller + " " + sealed->session + " " + sealed->id;
    require(sealed->signed_text.starts_with(words + "\n") && payload.starts_with(words + " "));
    require(signature_from_base64(to_base64(sealed->signature.data(), sealed->signature.size())).has_value());
  }
  return 0;
}
