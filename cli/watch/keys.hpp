// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::cli {

struct Key {
  enum class Name {
    character,
    enter,
    escape,
    backspace,
    clear_line,
    up,
    down,
    page_up,
    page_down,
    home,
    end
  };

  Name name = Name::character;
  std::string text;  // of a character, in UTF-8

  bool operator==(const Key&) const = default;
};

// Keys out of the bytes that a terminal sends (ECMA-48 and what xterm, the Linux console, screen and tmux
// make of arrows). Pure. An escape alone is a key only when nothing follows it: whoever has read all that
// there was says so with `end_of_input()`, after a moment.
class KeyReader {
public:
  std::vector<Key> read(std::string_view bytes);
  std::vector<Key> end_of_input();

  // An escape that may still become something else.
  [[nodiscard]] bool is_waiting() const { return !rest_.empty(); }

private:
  // More is not a key of any terminal.
  static constexpr std::size_t longest_sequence = 16;

  [[nodiscard]] std::size_t take_one(std::vector<Key>& keys, bool all_there) const;
  std::vector<Key> take_all(bool all_there);

  std::string rest_;
};

}  // namespace muster::cli
