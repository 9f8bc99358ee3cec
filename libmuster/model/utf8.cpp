// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/utf8.hpp"

#include <algorithm>
#include <array>

#include "libmuster/model/code_point_class.hpp"

namespace muster {

namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::string_view replacement_bytes = "\xEF\xBF\xBD";

unsigned byte_at(std::string_view text, std::size_t index)
{
  return static_cast<unsigned char>(text[index]);
}

bool is_continuation(char c)
{
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// What a lead byte asks for. The bounds of the second byte rule out overlong forms, surrogates and too big
// numbers.
struct Sequence {
  std::size_t bytes;
  unsigned second_low = 0x80;
  unsigned second_high = 0xBF;
};

Sequence sequence_of(unsigned lead)
{
  if (lead < 0xC2 || lead > 0xF4) {
    return {1};
  }
  if (lead < 0xE0) {
    return {2};
  }
  if (lead < 0xF0) {
    return {3, lead == 0xE0 ? 0xA0U : 0x80U, lead == 0xED ? 0x9FU : 0xBFU};
  }
  return {4, lead == 0xF0 ? 0x90U : 0x80U, lead == 0xF4 ? 0x8FU : 0xBFU};
}

void append_escape(std::string& text, char32_t code_point)
{
  constexpr std::string_view digits = "0123456789abcdef";
  const unsigned width = code_point < 0x100 ? 2 : (code_point < 0x10000 ? 4 : 8);
  constexpr std::array<char, 9> letters{0, 0, 'x', 0, 'u', 0, 0, 0, 'U'};
  text += '\\';
  text += letters.at(width);
  for (unsigned shift = width * 4; shift > 0; shift -= 4) {
    text += digits[(code_point >> (shift - 4)) & 0xFU];
  }
}

}  // namespace

Utf8Step next_code_point(std::string_view text)
{
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const auto sequence = sequence_of(lead);
  if (sequence.bytes == 1) {
    return {replacement, 1, false};
  }
  char32_t code_point = lead & (0xFFU >> (sequence.bytes + 1));
  for (std::size_t i = 1; i < sequence.bytes; ++i) {
    const unsigned byte = i < text.size() ? byte_at(text, i) : 0;
    const unsigned low = i == 1 ? sequence.second_low : 0x80;
    const unsigned high = i == 1 ? sequence.second_high : 0xBF;
    if (byte < low || byte > high) {
      return {replacement, i, false};
    }
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  return {code_point, sequence.bytes, true};
}

void append_utf8(std::string& text, char32_t code_point)
{
  const auto put = [&text](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
    return;
  }
  if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
  } else {
    if (code_point < 0x10000) {
      put(0xE0U | (code_point >> 12U));
    } else {
      put(0xF0U | (code_point >> 18U));
      put(0x80U | ((code_point >> 12U) & 0x3FU));
    }
    put(0x80U | ((code_point >> 6U) & 0x3FU));
  }
  put(0x80U | (code_point & 0x3FU));
}

std::string to_valid_utf8(std::string_view text)
{
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const auto step = next_code_point(text);
    valid += step.valid && step.code_point != 0 ? text.substr(0, step.bytes) : replacement_bytes;
    text.remove_prefix(step.bytes);
  }
  return valid;
}

std::string printable(std::string_view text, bool keep_newlines)
{
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto step = next_code_point(text);
    if (!step.valid) {
      shown += replacement_bytes;
    } else if (step.code_point == '\n') {
      shown += keep_newlines ? "\n" : "\\n";
    } else if (step.code_point == '\r') {
      shown += keep_newlines && text.substr(0, 2) == "\r\n" ? "" : "\\r";
    } else if (is_treacherous(step.code_point)) {
      append_escape(shown, step.code_point);
    } else {
      shown += text.substr(0, step.bytes);
    }
    text.remove_prefix(step.bytes);
  }
  return shown;
}

std::string truncate_utf8(std::string_view text, std::size_t max_bytes, std::string_view mark)
{
  if (text.size() <= max_bytes) {
    return std::string{text};
  }
  if (mark.size() > max_bytes) {
    mark = {};
  }
  // A character has at most three continuation bytes; more of them are no UTF-8, and any cut is as good.
  auto cut = max_bytes - mark.size();
  for (int steps = 0; steps < 3 && cut > 0 && is_continuation(text[cut]); ++steps) {
    --cut;
  }
  return std::string{text.substr(0, cut)} + std::string{mark};
}

std::size_t display_width(std::string_view text)
{
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto step = next_code_point(text);
    columns += columns_of(step.code_point);
    text.remove_prefix(step.bytes);
  }
  return columns;
}

}  // namespace muster
