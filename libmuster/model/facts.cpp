// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/facts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace muster {

namespace {

// Not std::tolower: that depends on the locale, and a name must not.
constexpr char lower(char c) noexcept
{
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string text_of(double number)
{
  std::array<char, 32> buffer{};  // the shortest form that reads back is at most 24 characters
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), error == std::errc{} ? end : buffer.data());
  const bool reads_as_whole_number = text.find_first_not_of("+-0123456789") == std::string::npos;
  return reads_as_whole_number ? text + ".0" : text;
}

const FactValue* find_in(const FactValue& value, std::string_view path, std::size_t depth);

// A key may have dots of its own (the interface "eth0.100"), so every way to end the first word is tried.
const FactValue* find_in_map(const FactValue::Map& map, std::string_view path, std::size_t depth)
{
  if (depth > Facts::max_depth) {
    return nullptr;
  }
  if (const auto whole = map.find(path); whole != map.end()) {
    return &whole->second;
  }
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const auto entry = map.find(path.substr(0, dot));
    if (entry == map.end()) {
      continue;
    }
    if (const auto* found = find_in(entry->second, path.substr(dot + 1), depth + 1)) {
      return found;
    }
  }
  return nullptr;
}

const FactValue* find_in_array(const FactValue::Array& array, std::string_view path, std::size_t depth)
{
  const auto dot = path.find('.');
  const auto word = path.substr(0, dot);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  if (error != std::errc{} || end != word.data() + word.size() || index >= array.size()) {
    return nullptr;
  }
  return dot == std::string_view::npos ? &array[index]
                                       : find_in(array[index], path.substr(dot + 1), depth + 1);
}

const FactValue* find_in(const FactValue& value, std::string_view path, std::size_t depth)
{
  if (depth > Facts::max_depth) {
    return nullptr;
  }
  if (const auto* map = std::get_if<FactValue::Map>(&value.value)) {
    return find_in_map(*map, path, depth);
  }
  if (const auto* array = std::get_if<FactValue::Array>(&value.value)) {
    return find_in_array(*array, path, depth);
  }
  return nullptr;
}

}  // namespace

bool NameLess::operator()(std::string_view left, std::string_view right) const noexcept
{
  return std::lexicographical_compare(
      left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return lower(a) < lower(b);
      });
}

bool same_ignoring_case(std::string_view left, std::string_view right) noexcept
{
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return lower(a) == lower(b);
  });
}

std::string lower_case(std::string_view text)
{
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string scalar_text(const FactValue& value)
{
  struct Text {
    std::string operator()(const std::string& text) const { return text; }

    std::string operator()(bool flag) const { return flag ? "true" : "false"; }

    std::string operator()(std::int64_t number) const { return std::to_string(number); }

    std::string operator()(double number) const { return text_of(number); }

    std::string operator()(const FactValue::Array&) const { return {}; }

    std::string operator()(const FactValue::Map&) const { return {}; }
  };

  return std::visit(Text{}, value.value);
}

bool is_scalar(const FactValue& value) noexcept
{
  return !std::holds_alternative<FactValue::Array>(value.value) &&
         !std::holds_alternative<FactValue::Map>(value.value);
}

const FactValue* Facts::find(std::string_view path) const
{
  return find_in_map(facts_, path, 0);
}

void Facts::set(std::string name, FactValue value)
{
  facts_.insert_or_assign(std::move(name), std::move(value));
}

void Facts::merge(const Facts& later)
{
  for (const auto& [name, value] : later.facts_) {
    facts_.insert_or_assign(name, value);
  }
}

Facts Facts::selected(const std::vector<std::string>& paths) const
{
  Facts result;
  for (const auto& path : paths) {
    if (const auto* value = find(path)) {
      result.set(path, *value);
    }
  }
  return result;
}

}  // namespace muster
