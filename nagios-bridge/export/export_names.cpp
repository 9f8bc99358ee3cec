// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/export/export_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "libmuster/model/utf8.hpp"

namespace muster::bridge {

namespace {

constexpr std::size_t longest_group = 80;   // a name that people still read
constexpr std::size_t longest_title = 200;  // a line of a page
constexpr std::size_t longest_stem = 240;   // of the 255 bytes that a file system takes

bool is_letter_or_digit(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_plain(char c)
{
  return is_letter_or_digit(c) || std::string_view{"._:-"}.find(c) != std::string_view::npos;
}

// Bytes of other alphabets are letters as well: printable() has seen to it that they are not invisible.
bool is_harmless(char c)
{
  return is_plain(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view{" /@+,="}.find(c) != std::string_view::npos;
}

// FNV-1a: the same everywhere and for ever, which std::hash is not. Nobody gains anything by a collision but
// to be shown in the wrong group, which a node's own facts can have, too.
std::string hash_of(std::string_view text)
{
  std::uint32_t hash = 2166136261U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", hash);
  return digits.data();
}

std::string plain_name(const std::string& text)
{
  std::string name = text.substr(0, longest_group);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_plain(c); }, '_');
  return name == text ? name : name + '-' + hash_of(text);
}

// As icinga2's lexer reads it back.
std::string escaped(char c)
{
  switch (c) {
  case '\n':
    return "\\n";
  case '\t':
    return "\\t";
  case '\r':
    return "\\r";
  case '"':
  case '\\':
    return std::string{"\\"} + c;
  default:
    return std::string{c};
  }
}

}  // namespace

std::string group_name(const Membership& group)
{
  return "muster-" + plain_name((group.fact.empty() ? "class" : group.fact) + "-" + group.value);
}

std::string file_stem(std::string_view node)
{
  const bool usable = !node.empty() && is_letter_or_digit(node.front()) && node.size() <= longest_stem &&
                      std::all_of(node.begin(), node.end(), is_plain);
  return usable ? std::string{node} : "node-" + hash_of(node);
}

std::string nagios_title(std::string_view text)
{
  auto title = truncate_utf8(printable(text, false), longest_title, "…");
  std::replace_if(
      title.begin(), title.end(), [](char c) { return !is_harmless(c); }, '_');
  // What begins with "+" or is "null" means something to Nagios' inheritance.
  return title.empty() || !is_letter_or_digit(title.front()) || title == "null" ? "_" + title : title;
}

std::string icinga_string(std::string_view text, Macros macros)
{
  std::string quoted = "\"";
  for (const char c : to_valid_utf8(text)) {
    quoted += escaped(c);
    if (c == '$' && macros == Macros::off) {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace muster::bridge
