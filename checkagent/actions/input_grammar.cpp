// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/input_grammar.hpp"

#include <algorithm>

namespace muster::checkagent::actions {

namespace {

constexpr std::size_t longest_architecture = 16;

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool is_lower(char c)
{
  return c >= 'a' && c <= 'z';
}

bool is_letter_or_digit(char c)
{
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
}

bool consists_of(std::string_view text, std::string_view others)
{
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

bool starts_with_letter_or_digit(std::string_view text)
{
  return !text.empty() && is_letter_or_digit(text.front());
}

bool is_tag(std::string_view text)
{
  const bool good = std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || is_digit(c) || c == '_' || c == ':' || c == '.' || c == '-';
  });
  return good && !text.empty() && (is_lower(text.front()) || is_digit(text.front()) || text.front() == '_');
}

}  // namespace

bool is_package_name(std::string_view text)
{
  if (text.size() > longest_package_name) {
    return false;
  }
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const auto architecture = text.substr(colon + 1);
    if (architecture.size() > longest_architecture || !starts_with_letter_or_digit(architecture) ||
        !consists_of(architecture, "_")) {
      return false;
    }
  }
  return starts_with_letter_or_digit(name) && consists_of(name, "+._-") && name.back() != '-';
}

bool is_package_version(std::string_view text)
{
  return text.size() <= longest_version && starts_with_letter_or_digit(text) && consists_of(text, "+.~:_^-");
}

bool is_service_name(std::string_view text)
{
  return !text.empty() && text.size() <= longest_service_name && text.front() != '-' &&
         consists_of(text, ".-_:@");
}

bool is_message(std::string_view text)
{
  const bool one_line = std::none_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  return one_line && text.size() <= longest_message && text.substr(0, 1) != "-";
}

bool is_tag_list(std::string_view text)
{
  if (text.size() > longest_tag_list) {
    return false;
  }
  while (true) {
    const auto comma = text.find(',');
    if (!is_tag(text.substr(0, comma))) {
      return false;
    }
    if (comma == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(comma + 1);
  }
}

bool is_environment_name(std::string_view text)
{
  return !text.empty() && text.size() <= longest_tag_list &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

}  // namespace muster::checkagent::actions
