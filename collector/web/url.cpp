// SPDX-License-Identifier: Apache-2.0
#include "collector/web/url.hpp"

#include <algorithm>
#include <array>

namespace muster::collector::web {

namespace {

int hex_digit(char letter)
{
  if (letter >= '0' && letter <= '9') {
    return letter - '0';
  }
  const char lower = static_cast<char>(letter | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool stands_for_itself(char letter)
{
  constexpr std::string_view marks = "-._~";
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z') || marks.find(letter) != std::string_view::npos;
}

// The byte of "%XX" at the beginning of `text`; negative if there is none.
int escaped_byte(std::string_view text)
{
  if (text.size() < 3) {
    return -1;
  }
  const int high = hex_digit(text[1]);
  const int low = hex_digit(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::optional<std::pair<std::string, std::string>> parse_field(std::string_view text)
{
  const auto equals = std::min(text.find('='), text.size());
  auto name = percent_decoded(text.substr(0, equals), true);
  auto value = percent_decoded(text.substr(std::min(equals + 1, text.size())), true);
  if (!name || !value) {
    return std::nullopt;
  }
  return std::pair{std::move(*name), std::move(*value)};
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank)
{
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    std::size_t taken = 1;
    if (text.front() == '%') {
      const int byte = escaped_byte(text);
      if (byte <= 0) {
        return std::nullopt;
      }
      decoded += static_cast<char>(byte);
      taken = 3;
    } else if (text.front() == '\0') {
      return std::nullopt;
    } else {
      decoded += plus_is_blank && text.front() == '+' ? ' ' : text.front();
    }
    text.remove_prefix(taken);
  }
  return decoded;
}

std::string percent_encoded(std::string_view text)
{
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char letter : text) {
    if (stands_for_itself(letter)) {
      encoded += letter;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    encoded += '%';
    encoded += digits[byte / 16U];
    encoded += digits[byte % 16U];
  }
  return encoded;
}

std::optional<Fields> parse_fields(std::string_view text)
{
  Fields fields;
  while (!text.empty()) {
    const auto size = std::min(text.find('&'), text.size());
    if (size > 0) {
      auto field = parse_field(text.substr(0, size));
      if (!field || fields.size() == most_fields) {
        return std::nullopt;
      }
      fields.push_back(std::move(*field));
    }
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return fields;
}

std::string query_text(const Fields& fields)
{
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!value.empty()) {
      text += text.empty() ? "" : "&";
      text += percent_encoded(name);
      text += '=';
      text += percent_encoded(value);
    }
  }
  return text;
}

std::optional<PathAndQuery> parse_target(std::string_view text)
{
  if (text.empty() || text.front() != '/') {
    return std::nullopt;
  }
  const auto mark = std::min(text.find('?'), text.size());
  auto path = percent_decoded(text.substr(0, mark), false);
  auto query = parse_fields(text.substr(std::min(mark + 1, text.size())));
  if (!path || !query) {
    return std::nullopt;
  }
  return PathAndQuery{std::move(*path), std::move(*query)};
}

bool is_local_path(std::string_view text)
{
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char letter) { return letter > ' ' && letter < '\x7f'; });
  return printable && text.substr(0, 1) == "/" && text.substr(0, 2) != "//" &&
         text.find('\\') == std::string_view::npos;
}

}  // namespace muster::collector::web
