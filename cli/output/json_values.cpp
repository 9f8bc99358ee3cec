// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json_values.hpp"

#include <boost/json/array.hpp>

namespace muster::cli {

namespace json = protocol::json;

std::string text_in(const json::object& object, std::string_view name)
{
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::int64_t number_in(const json::object& object, std::string_view name)
{
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) {
    return 0;
  }
  boost::system::error_code too_large;
  const auto number = value->to_number<std::int64_t>(too_large);
  return too_large ? 0 : number;
}

bool flag_in(const json::object& object, std::string_view name)
{
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time_in(
    const json::object& object, std::string_view name)
{
  if (!object.contains(name)) {
    return std::nullopt;
  }
  return std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{number_in(object, name)}};
}

const json::object& object_in(const json::object& object, std::string_view name)
{
  static const json::object none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : none;
}

const json::array& array_in(const json::object& object, std::string_view name)
{
  static const json::array none;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

CheckState state_in(const json::object& object, std::string_view name)
{
  const auto word = text_in(object, name);
  for (const auto state : {CheckState::ok, CheckState::warning, CheckState::critical}) {
    if (word == to_string(state)) {
      return state;
    }
  }
  return CheckState::unknown;
}

}  // namespace muster::cli
