// SPDX-License-Identifier: Apache-2.0
#include "cli/watch/keys.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "libmuster/model/code_point_class.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

using Name = Key::Name;

constexpr char escape = '\x1b';

// Behind ESC [ or ESC O.
constexpr std::array<std::pair<std::string_view, Name>, 10> sequences{{
    {"A", Name::up},
    {"B", Name::down},
    {"H", Name::home},
    {"F", Name::end},
    {"1~", Name::home},
    {"4~", Name::end},
    {"5~", Name::page_up},
    {"6~", Name::page_down},
    {"7~", Name::home},
    {"8~", Name::end},
}};

std::optional<Name> control(char c)
{
  switch (c) {
  case '\r':
  case '\n':
    return Name::enter;
  case '\x7f':
  case '\b':
    return Name::backspace;
  case '\x15':  // Ctrl-U
    return Name::clear_line;
  case '\x02':  // Ctrl-B and Ctrl-F, as in less
    return Name::page_up;
  case '\x06':
    return Name::page_down;
  default:
    return std::nullopt;
  }
}

// The bytes of a control sequence that begins with ESC [ or ESC O; 0: it is not all there.
std::size_t length_of_sequence(std::string_view bytes)
{
  for (std::size_t i = 2; i < bytes.size(); ++i) {
    if (bytes[i] >= '@' && bytes[i] <= '~') {
      return i + 1;
    }
  }
  return 0;
}

void add_sequence(std::vector<Key>& keys, std::string_view parameters)
{
  for (const auto& [sequence, name] : sequences) {
    if (sequence == parameters) {
      keys.push_back({name, {}});
    }
  }
}

}  // namespace

std::vector<Key> KeyReader::read(std::string_view bytes)
{
  rest_ += bytes;
  return take_all(false);
}

std::vector<Key> KeyReader::end_of_input()
{
  return take_all(true);
}

std::vector<Key> KeyReader::take_all(bool all_there)
{
  std::vector<Key> keys;
  while (!rest_.empty()) {
    const auto taken = take_one(keys, all_there || rest_.size() > longest_sequence);
    if (taken == 0) {
      break;
    }
    rest_.erase(0, taken);
  }
  return keys;
}

std::size_t KeyReader::take_one(std::vector<Key>& keys, bool all_there) const
{
  if (rest_.front() == escape) {
    const bool begins = rest_.size() > 1 && (rest_[1] == '[' || rest_[1] == 'O');
    const auto length = begins ? length_of_sequence(rest_) : 0;
    if (length > 0) {
      add_sequence(keys, std::string_view{rest_}.substr(2, length - 2));
      return length;
    }
    if (!all_there && (begins || rest_.size() == 1)) {
      return 0;
    }
    keys.push_back({Name::escape, {}});
    return begins ? rest_.size() : 1;
  }
  if (const auto name = control(rest_.front())) {
    keys.push_back({*name, {}});
    return 1;
  }
  const auto step = next_code_point(rest_);
  if (!step.valid && !all_there && step.bytes == rest_.size()) {
    return 0;
  }
  if (step.valid && step.code_point != '\t' && !is_treacherous(step.code_point)) {
    keys.push_back({Name::character, rest_.substr(0, step.bytes)});
  }
  return step.bytes;
}

}  // namespace muster::cli
