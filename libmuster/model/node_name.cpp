// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/node_name.hpp"

#include <algorithm>

namespace muster {

namespace {

constexpr bool is_lower_or_digit(char c) noexcept
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

constexpr bool is_word_character(char c) noexcept
{
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

bool is_word(std::string_view text) noexcept
{
  return !text.empty() && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), is_word_character);
}

}  // namespace

bool is_node_name(std::string_view text) noexcept
{
  const auto allowed = [](char c) { return is_lower_or_digit(c) || c == '.' || c == '-'; };
  return text.size() <= max_node_name_length && is_word(text) &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool is_caller_name(std::string_view text) noexcept
{
  const auto at = text.find('@');
  return text.size() <= max_caller_name_length && at != std::string_view::npos &&
         is_word(text.substr(0, at)) && is_word(text.substr(at + 1));
}

bool is_service_name(std::string_view text) noexcept
{
  return is_caller_name(text);
}

bool is_collector_name(std::string_view text) noexcept
{
  return is_service_name(text) && text.starts_with("collector@");
}

bool is_bridge_name(std::string_view text) noexcept
{
  return is_service_name(text) && text.starts_with("nagios-bridge@");
}

bool is_collective_name(std::string_view text) noexcept
{
  return text.size() <= max_collective_name_length && is_word(text) && text.front() != '.';
}

}  // namespace muster
