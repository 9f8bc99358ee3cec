// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/inputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "libmuster/ddl/validators.hpp"
#include "libmuster/model/decimal.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::ddl {

namespace {

InputFault invalid(std::string_view input, std::string_view expected)
{
  return {InputFault::Kind::invalid, fmt::format("input {}: {}", input, expected)};
}

const Input* find(const Action& action, std::string_view name)
{
  const auto found = std::find_if(
      action.inputs.begin(), action.inputs.end(), [name](const Input& one) { return one.name == name; });
  return found == action.inputs.end() ? nullptr : &*found;
}

// For a message: what a stranger has typed may be long.
std::string shown(std::string_view text)
{
  constexpr std::size_t longest_shown = 80;
  return truncate_utf8(to_valid_utf8(text.substr(0, 4 * longest_shown)), longest_shown, "…");
}

std::string inputs_there_are(const Action& action)
{
  std::vector<std::string> names;
  for (const auto& input : action.inputs) {
    names.push_back(input.name);
  }
  return names.empty() ? "action " + action.name + " takes no inputs"
                       : fmt::format("action {} takes: {}", action.name, fmt::join(names, ", "));
}

std::size_t characters(std::string_view text)
{
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(next_code_point(text).bytes);
    ++count;
  }
  return count;
}

ExpectedInputs<void> check_string(const Input& input, const json::value& value)
{
  if (!value.is_string()) {
    return tl::unexpected{invalid(input.name, "expected a string")};
  }
  const std::string text{std::string_view{value.get_string()}};
  if (input.longest > 0 && characters(text) > input.longest) {
    return tl::unexpected{invalid(
        input.name, fmt::format("expected at most {} characters, got {}", input.longest, characters(text)))};
  }
  if (const auto valid = validate(input.validation, text); !valid) {
    return tl::unexpected{invalid(input.name, valid.error().message + ", got '" + shown(text) + "'")};
  }
  return {};
}

ExpectedInputs<void> check_list(const Input& input, const json::value& value)
{
  if (value.is_string()) {
    const std::string_view word = value.get_string();
    if (std::find(input.list.begin(), input.list.end(), word) != input.list.end()) {
      return {};
    }
  }
  return tl::unexpected{invalid(input.name, fmt::format("expected one of {}", fmt::join(input.list, ", ")))};
}

bool is_integer(const json::value& value)
{
  return value.is_int64() || value.is_uint64();
}

bool has_type(Type type, const json::value& value)
{
  switch (type) {
  case Type::integer:
    return is_integer(value);
  case Type::floating:
  case Type::number:
    return value.is_number();
  case Type::boolean:
    return value.is_bool();
  case Type::hash:
    return value.is_object();
  case Type::array:
    return value.is_array();
  case Type::string:
  case Type::list:
    return value.is_string();
  }
  return false;
}

std::string_view with_article(Type type)
{
  constexpr std::array<std::string_view, 8> words{
      "a string",
      "an integer",
      "a number",
      "a number",
      "true or false",
      "a word of its list",
      "an object",
      "an array"};
  return words[static_cast<std::size_t>(type)];
}

ExpectedInputs<json::value> json_of(const Input& input, const std::string& text)
{
  json::parse_options options;
  options.max_depth = protocol::deepest_nesting;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error || !has_type(input.type, value)) {
    return tl::unexpected{invalid(
        input.name, fmt::format("expected {} in JSON, got '{}'", with_article(input.type), shown(text)))};
  }
  return value;
}

json::value words_between_commas(const std::string& text)
{
  json::array words;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

ExpectedInputs<json::value> boolean_of(const Input& input, const std::string& text)
{
  const auto word = lower_case(text);
  for (const auto* yes : {"true", "t", "yes", "y", "1"}) {
    if (word == yes) {
      return true;
    }
  }
  for (const auto* no : {"false", "f", "no", "n", "0"}) {
    if (word == no) {
      return false;
    }
  }
  return tl::unexpected{invalid(
      input.name, "expected true or false (also t, f, yes, no, y, n, 1, 0), got '" + shown(text) + "'")};
}

// Integers beyond 64 bits and text that is no number at all come out as JSON of another type, or of none.
ExpectedInputs<json::value> number_of(const Input& input, const std::string& text)
{
  boost::system::error_code error;
  const bool plus = text.starts_with('+');
  auto value = json::parse(plus ? text.substr(1) : text, error);
  if (error || !has_type(input.type, value)) {
    return tl::unexpected{
        invalid(input.name, fmt::format("expected {}, got '{}'", with_article(input.type), shown(text)))};
  }
  return value;
}

ExpectedInputs<json::value> value_of(const Input& input, const std::string& text)
{
  switch (input.type) {
  case Type::string:
  case Type::list:
    return json::value(text);
  case Type::boolean:
    return boolean_of(input, text);
  case Type::integer:
  case Type::floating:
  case Type::number:
    return number_of(input, text);
  case Type::hash:
    return json_of(input, text);
  case Type::array:
    return text.starts_with('[') ? json_of(input, text) : words_between_commas(text);
  }
  return json::value(text);
}

}  // namespace

ExpectedInputs<void> check_input(const Input& input, const json::value& value)
{
  if (input.type == Type::string) {
    return check_string(input, value);
  }
  if (input.type == Type::list) {
    return check_list(input, value);
  }
  if (!has_type(input.type, value)) {
    return tl::unexpected{invalid(input.name, fmt::format("expected {}", with_article(input.type)))};
  }
  return {};
}

ExpectedInputs<json::object> complete_inputs(const Action& action, const json::object& data)
{
  for (const auto& [name, value] : data) {
    const auto* input = find(action, name);
    if (input == nullptr) {
      return tl::unexpected{invalid(shown(name), "there is no such input; " + inputs_there_are(action))};
    }
    if (const auto checked = check_input(*input, value); !checked) {
      return tl::unexpected{checked.error()};
    }
  }
  json::object complete = data;
  for (const auto& input : action.inputs) {
    if (complete.contains(input.name)) {
      continue;
    }
    if (input.default_value) {
      complete[input.name] = *input.default_value;
    } else if (!input.optional) {
      return tl::unexpected{InputFault{
          InputFault::Kind::missing,
          fmt::format("input {} is missing: {}", input.name, with_article(input.type))}};
    }
  }
  return complete;
}

ExpectedInputs<json::object> inputs_from_words(const Action& action, const std::vector<std::string>& words)
{
  json::object data;
  for (const auto& word : words) {
    const auto sign = word.find('=');
    if (sign == std::string::npos || sign == 0) {
      return tl::unexpected{InputFault{
          InputFault::Kind::invalid,
          "'" + shown(word) + "': expected an input as name=value; " + inputs_there_are(action)}};
    }
    const auto name = word.substr(0, sign);
    const auto* input = find(action, name);
    if (input == nullptr) {
      return tl::unexpected{invalid(shown(name), "there is no such input; " + inputs_there_are(action))};
    }
    if (data.contains(name)) {
      return tl::unexpected{invalid(name, "given twice")};
    }
    auto value = value_of(*input, word.substr(sign + 1));
    if (!value) {
      return tl::unexpected{value.error()};
    }
    data[name] = std::move(*value);
  }
  return data;
}

void complete_outputs(const Action& action, json::object& data)
{
  for (const auto& output : action.outputs) {
    if (output.default_value && !data.contains(output.name)) {
      data[output.name] = *output.default_value;
    }
  }
}

}  // namespace muster::ddl
