// SPDX-License-Identifier: Apache-2.0
// The body of a request whose signature holds, and the filter in it.
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
  SealedRequest sealed;
  sealed.caller = "alice@ops1";
  sealed.session = "s1";
  sealed.id = "id1";
  sealed.body = payload;
  const auto request = parse_body(sealed);
  if (!request) {
    return 0;
  }
  static_cast<void>(muster::CompiledFilter::compile(request->filter));
  static const SecretKey key = generate_secret_key("alice@ops1");
  const auto text = seal(*request, key);
  if (text.size() > largest_message) {
    return 0;  // escapes have made it longer
  }
  const auto again_sealed = open_header(text);
  require(again_sealed.has_value());
  const auto again = parse_body(*again_sealed);
  require(again && again->filter == request->filter && again->sent == request->sent);
  require(again->agent == request->agent && again->to.name == request->to.name);
  return 0;
}
