// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/inputs.hpp"

namespace muster::checkagent::actions {

Expected<std::string> read_input(const json::object& inputs, const InputRule& rule)
{
  const auto name = std::string{rule.name};
  const auto* value = inputs.if_contains(rule.name);
  if (value == nullptr || value->is_null()) {
    return rule.optional ? Expected<std::string>{std::string{}}
                         : failure(ErrorCode::not_found, "missing input " + name);
  }
  if (!value->is_string() || value->get_string().size() > longest_input) {
    return failure(ErrorCode::invalid_input, "input " + name + ": expected a text");
  }
  std::string text{value->get_string().data(), value->get_string().size()};
  if (text.empty() && rule.optional) {
    return text;
  }
  if (!rule.holds(text)) {
    return failure(ErrorCode::invalid_input, "input " + name + ": expected " + std::string{rule.expected});
  }
  return text;
}

Expected<bool> read_flag(const json::object& inputs, std::string_view name, bool otherwise)
{
  const auto* value = inputs.if_contains(name);
  if (value == nullptr || value->is_null()) {
    return otherwise;
  }
  if (value->is_bool()) {
    return value->get_bool();
  }
  if (value->is_string()) {
    const std::string_view word{value->get_string().data(), value->get_string().size()};
    if (word == "true" || word == "yes" || word == "1") {
      return true;
    }
    if (word == "false" || word == "no" || word == "0") {
      return false;
    }
  }
  return failure(ErrorCode::invalid_input, "input " + std::string{name} + ": expected true or false");
}

Outcome failed_input(const Error& error)
{
  return failed(
      error.code == ErrorCode::not_found ? status_missing_data : status_invalid_data, error.message);
}

}  // namespace muster::checkagent::actions
