// SPDX-License-Identifier: Apache-2.0
#include "libmuster/protocol/json.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

namespace muster::protocol {

namespace {

const json::object no_members;

bool within_limits(const json::value& value)
{
  if (const auto* object = value.if_object()) {
    return object->size() <= most_members &&
           std::all_of(object->begin(), object->end(), [](const auto& member) {
             return within_limits(member.value());
           });
  }
  if (const auto* array = value.if_array()) {
    return array->size() <= most_elements && std::all_of(array->begin(), array->end(), within_limits);
  }
  return true;
}

std::optional<std::int64_t> integer_of(const json::value& value)
{
  if (const auto* number = value.if_int64()) {
    return *number;
  }
  return std::nullopt;  // a number beyond int64 is out of every range we have
}

}  // namespace

Expected<json::object> parse_object(std::string_view text)
{
  if (text.size() > largest_message) {
    return failure(ErrorCode::invalid_input, "larger than " + std::to_string(largest_message) + " bytes");
  }
  json::parse_options options;
  options.max_depth = deepest_nesting;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error) {
    return failure(ErrorCode::invalid_input, "not valid JSON: " + error.message());
  }
  if (!value.is_object()) {
    return failure(ErrorCode::invalid_input, "expected a JSON object");
  }
  if (!within_limits(value)) {
    return failure(ErrorCode::invalid_input, "more members or elements than a message may have");
  }
  return std::move(value.as_object());
}

void JsonReader::fail(std::string_view name, std::string_view expected)
{
  if (!error_) {
    const std::string dot = path_.empty() ? "" : ".";
    error_ = Error{
        ErrorCode::invalid_input, path_ + dot + std::string{name} + ": expected " + std::string{expected}};
  }
}

const json::value* JsonReader::find(std::string_view name) const
{
  return object_.if_contains(name);
}

std::string JsonReader::string_of(std::string_view name, const json::value& value, std::size_t longest)
{
  const auto* text = value.if_string();
  if (text == nullptr || text->size() > longest) {
    fail(name, "a string of at most " + std::to_string(longest) + " bytes");
    return {};
  }
  return std::string{std::string_view{*text}};
}

std::string JsonReader::string(std::string_view name, std::size_t longest)
{
  const auto* value = find(name);
  if (value == nullptr) {
    fail(name, "a string");
    return {};
  }
  return string_of(name, *value, longest);
}

std::string JsonReader::optional_string(std::string_view name, std::size_t longest)
{
  const auto* value = find(name);
  return value == nullptr ? std::string{} : string_of(name, *value, longest);
}

std::int64_t JsonReader::integer(std::string_view name, std::int64_t least, std::int64_t most)
{
  const auto* value = find(name);
  const auto number = value == nullptr ? std::nullopt : integer_of(*value);
  if (!number || *number < least || *number > most) {
    fail(name, "an integer from " + std::to_string(least) + " to " + std::to_string(most));
    return least;
  }
  return *number;
}

std::int64_t JsonReader::optional_integer(
    std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise)
{
  return has(name) ? integer(name, least, most) : otherwise;
}

bool JsonReader::optional_boolean(std::string_view name, bool otherwise)
{
  const auto* value = find(name);
  if (value == nullptr) {
    return otherwise;
  }
  if (!value->is_bool()) {
    fail(name, "true or false");
    return otherwise;
  }
  return value->get_bool();
}

Time JsonReader::time(std::string_view name)
{
  constexpr std::int64_t end_of_time = 9'223'372'036'854;  // the year 2262: the clocks of C++ hold no more
  return Time{std::chrono::milliseconds{integer(name, 0, end_of_time)}};
}

Time JsonReader::optional_time(std::string_view name)
{
  return has(name) ? time(name) : Time{};
}

std::chrono::milliseconds JsonReader::duration(std::string_view name, std::chrono::milliseconds most)
{
  return std::chrono::milliseconds{optional_integer(name, 0, most.count(), 0)};
}

std::vector<std::string> JsonReader::strings(std::string_view name, std::size_t most, std::size_t longest)
{
  std::vector<std::string> texts;
  const auto* value = find(name);
  if (value == nullptr) {
    return texts;
  }
  const auto* array = value->if_array();
  if (array == nullptr || array->size() > most) {
    fail(name, "a list of at most " + std::to_string(most) + " strings");
    return texts;
  }
  for (const auto& element : *array) {
    texts.push_back(string_of(name, element, longest));
  }
  return texts;
}

const json::object& JsonReader::object(std::string_view name)
{
  const auto* value = find(name);
  if (value == nullptr) {
    return no_members;
  }
  if (!value->is_object()) {
    fail(name, "an object");
    return no_members;
  }
  return value->get_object();
}

std::size_t JsonReader::one_of(std::string_view name, const std::vector<std::string_view>& words)
{
  const auto* value = find(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  const auto found =
      text == nullptr ? words.end() : std::find(words.begin(), words.end(), std::string_view{*text});
  if (found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  std::string expected = "one of";
  for (const auto word : words) {
    expected += " " + std::string{word};
  }
  fail(name, expected);
  return 0;
}

}  // namespace muster::protocol
