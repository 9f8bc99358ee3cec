// SPDX-License-Identifier: Apache-2.0
// A line to muster-privileged, which reads it as root, and one back to checkagent.
#include <cstddef>
#include <cstdint>
#include <string>

#include "checkagent/actions/privileged_messages.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

namespace actions = muster::checkagent::actions;
using muster::fuzz::require;

// As it is read from the wire: without its line feed.
std::string line_of(std::string encoded)
{
  require(!encoded.empty() && encoded.back() == '\n');
  encoded.pop_back();
  require(encoded.find('\n') == std::string::npos);
  return encoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto line = muster::fuzz::as_text(data, size);
  if (const auto request = actions::parse_privileged_request(line)) {
    require(request->deadline.count() >= 0 && request->deadline <= actions::longest_deadline);
    const auto again = actions::parse_privileged_request(line_of(actions::encode(*request)));
    require(again && again->agent == request->agent && again->action == request->action);
    require(again->inputs == request->inputs && again->deadline == request->deadline);
  } else {
    require(!request.error().message.empty());
  }
  if (const auto outcome = actions::parse_privileged_reply(line)) {
    const auto again = actions::parse_privileged_reply(line_of(actions::encode(*outcome)));
    require(again && again->status == outcome->status && again->data == outcome->data);
  } else {
    require(!outcome.error().message.empty());
  }
  return 0;
}
