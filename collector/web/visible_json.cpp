// SPDX-License-Identifier: Apache-2.0
#include "collector/web/visible_json.hpp"

#include <cstdint>
#include <string_view>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "libmuster/model/code_point_class.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace {

// JSON's escapes are those of UTF-16.
std::string json_escape(char32_t code_point)
{
  constexpr char32_t first_pair = 0x10000;
  if (code_point < first_pair) {
    return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code_point));
  }
  const std::uint32_t rest = code_point - first_pair;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800U + (rest >> 10U), 0xdc00U + (rest & 0x3ffU));
}

}  // namespace

// Below DEL the serializer escapes what must be; beyond, such characters stand in strings only.
std::string visible_json(const boost::json::object& object)
{
  constexpr char32_t del = 0x7f;
  const auto serialized = boost::json::serialize(object);
  std::string_view text = serialized;
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto step = next_code_point(text);
    if (step.code_point >= del && is_treacherous(step.code_point)) {
      result += json_escape(step.code_point);
    } else {
      result += text.substr(0, step.bytes);
    }
    text.remove_prefix(step.bytes);
  }
  return result;
}

}  // namespace muster::collector::web
