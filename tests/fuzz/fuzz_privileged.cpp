// SPDX-License-Identifier: Apache-2.0
// A line to muster-privileged, which reads it as root, and one back to checkagent.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include <boost/json/value.hpp>

#include "checkagent/actions/privileged_messages.hpp"
#include "tests/fuzz/fuzz_entry.hpp"

namespace {

namespace actions = muster::checkagent::actions;
namespace json = boost::json;
using muster::fuzz::require;

// As it is read from the wire: without its line feed.
std::string line_of(std::string encoded)
{
  require(!encoded.empty() && encoded.back() == '\n');
  encoded.pop_back();
  require(encoded.find('\n') == std::string::npos);
  return encoded;
}

bool alike(const json::value& before, const json::value& after);

bool alike(const json::object& before, const json::object& after)
{
  return before.size() == after.size() && std::ranges::all_of(before, [&after](const auto& member) {
           const auto* other = after.if_contains(member.key());
           return other != nullptr && alike(member.value(), *other);
         });
}

// As Boost.JSON reads its own text: an integer that has no room in 64 bits is read as a double, and a double
// that was printed comes back up to one unit in the last place away. What is too large for a double is sent
// as null.
bool alike(double before, const json::value& after)
{
  constexpr auto closest = 4 * std::numeric_limits<double>::epsilon();
  return !std::isfinite(before)
             ? after.is_null()
             : after.is_double() && std::abs(before - after.get_double()) <= closest * std::abs(before);
}

bool alike(const json::value& before, const json::value& after)
{
  if (before.is_double()) {
    return alike(before.get_double(), after);
  }
  if (before.is_object() && after.is_object()) {
    return alike(before.get_object(), after.get_object());
  }
  if (before.is_array() && after.is_array()) {
    return std::ranges::equal(before.get_array(), after.get_array(), [](const auto& left, const auto& right) {
      return alike(left, right);
    });
  }
  return before == after;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const auto line = muster::fuzz::as_text(data, size);
  if (const auto request = actions::parse_privileged_request(line)) {
    require(request->deadline.count() >= 0 && request->deadline <= actions::longest_deadline);
    const auto again = actions::parse_privileged_request(line_of(actions::encode(*request)));
    require(again && again->agent == request->agent && again->action == request->action);
    require(alike(request->inputs, again->inputs) && again->deadline == request->deadline);
  } else {
    require(!request.error().message.empty());
  }
  if (const auto outcome = actions::parse_privileged_reply(line)) {
    const auto again = actions::parse_privileged_reply(line_of(actions::encode(*outcome)));
    require(again && again->status == outcome->status && alike(outcome->data, again->data));
  } else {
    require(!outcome.error().message.empty());
  }
  return 0;
}
