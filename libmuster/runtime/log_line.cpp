// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/log_line.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <sys/stat.h>

#include "libmuster/runtime/utf8.hpp"

namespace muster::runtime::log {

namespace {

constexpr std::string_view cut_mark = " … [cut]";
constexpr std::string_view hex_digits = "0123456789abcdef";

char32_t code_point_of(std::string_view character)
{
  const auto bits = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  switch (character.size()) {
  case 1:
    return bits(0);
  case 2:
    return ((bits(0) & 0x1fU) << 6U) | (bits(1) & 0x3fU);
  case 3:
    return ((bits(0) & 0x0fU) << 12U) | ((bits(1) & 0x3fU) << 6U) | (bits(2) & 0x3fU);
  default:
    return ((bits(0) & 0x07U) << 18U) | ((bits(1) & 0x3fU) << 12U) | ((bits(2) & 0x3fU) << 6U) |
           (bits(3) & 0x3fU);
  }
}

std::size_t character_size(char first)
{
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0xc0) {
    return 1;
  }
  if (byte < 0xe0) {
    return 2;
  }
  return byte < 0xf0 ? 3 : 4;
}

// Controls of C0 and C1, and what hides or reorders the text beside it.
bool is_unsafe(char32_t c)
{
  const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return c < 0x20 || in(0x7f, 0x9f) || c == 0xad || c == 0x61c || in(0x200b, 0x200f) || in(0x2028, 0x202e) ||
         in(0x2060, 0x206f) || c == 0xfeff || in(0xfff9, 0xfffb) || in(0xe0000, 0xe0fff);
}

std::string hexadecimal(char32_t number, int digits)
{
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    text += hex_digits[(number >> static_cast<unsigned>(shift)) & 0xfU];
  }
  return text;
}

std::string escaped(char32_t c)
{
  switch (c) {
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    break;
  }
  if (c < 0x100) {
    return "\\x" + hexadecimal(c, 2);
  }
  return c < 0x10000 ? "\\u" + hexadecimal(c, 4) : "\\U" + hexadecimal(c, 8);
}

// One character of `text` at `at` as it is shown; `at` moves on. Up to `valid_end` the text is UTF-8.
std::string shown_character(std::string_view text, std::size_t& at, std::size_t valid_end)
{
  if (at == valid_end) {
    return "\\x" + hexadecimal(static_cast<unsigned char>(text[at++]), 2);
  }
  const auto character = text.substr(at, character_size(text[at]));
  at += character.size();
  const auto c = code_point_of(character);
  return is_unsafe(c) ? escaped(c) : std::string{character};
}

std::string one_safe_line(std::string_view text)
{
  const auto valid_end_from = [&](std::size_t start) {
    return start + first_invalid_utf8(text.substr(start)).value_or(text.size() - start);
  };
  // No character is shown shorter than it is, so the rest could not fit; its end may cut a character.
  const bool longer = text.size() > longest_log_text;
  text = text.substr(0, longest_log_text);
  std::string line;
  std::size_t fits_with_mark = 0;
  auto valid_end = valid_end_from(0);
  for (std::size_t at = 0; at < text.size();) {
    const bool at_invalid = at == valid_end;
    line += shown_character(text, at, valid_end);
    if (at_invalid) {
      valid_end = valid_end_from(at);
    }
    if (line.size() <= longest_log_text - cut_mark.size()) {
      fits_with_mark = line.size();
    }
    if (line.size() > longest_log_text) {
      break;
    }
  }
  if (longer || line.size() > longest_log_text) {
    line.resize(fits_with_mark);
    line += cut_mark;
  }
  return line;
}

std::string_view word_for(Level level)
{
  constexpr std::array<std::string_view, 4> words{"debug", "info", "warning", "error"};
  return words.at(static_cast<std::size_t>(level));
}

std::string_view priority_of(Level level)
{
  constexpr std::array<std::string_view, 4> priorities{"<7>", "<6>", "<4>", "<3>"};  // syslog(3)
  return priorities.at(static_cast<std::size_t>(level));
}

std::string iso_8601(std::chrono::system_clock::time_point now)
{
  const auto whole = std::chrono::floor<std::chrono::seconds>(now);
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(now - whole).count();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  const long offset = local.tm_gmtoff / 60;
  std::array<char, 80> text{};
  const auto size = std::snprintf(
      text.data(),
      text.size(),
      "%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02ld:%02ld",
      local.tm_year + 1900,
      local.tm_mon + 1,
      local.tm_mday,
      local.tm_hour,
      local.tm_min,
      local.tm_sec,
      static_cast<int>(milliseconds),
      offset < 0 ? '-' : '+',
      std::labs(offset) / 60,
      std::labs(offset) % 60);
  return {text.data(), std::min(static_cast<std::size_t>(std::max(size, 0)), text.size() - 1)};
}

}  // namespace

std::string log_line(
    Level level, std::string_view text, std::chrono::system_clock::time_point now, Destination destination)
{
  if (destination == Destination::journal) {
    return std::string{priority_of(level)} + one_safe_line(text);
  }
  return iso_8601(now) + " " + std::string{word_for(level)} + ": " + one_safe_line(text);
}

Destination destination_of(int descriptor, const char* journal_stream)
{
  struct stat status {};

  if (journal_stream == nullptr || ::fstat(descriptor, &status) != 0) {
    return Destination::readable;
  }
  const auto stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  return stream == journal_stream ? Destination::journal : Destination::readable;
}

}  // namespace muster::runtime::log
