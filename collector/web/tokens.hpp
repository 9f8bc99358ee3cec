// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

namespace muster::collector::web {

enum class Right { none, read, operate };  // each holds those before it

// Who somebody is, and what they may.
struct Identity {
  std::string name;  // what acknowledgements and events say; empty: nobody in particular
  Right right = Right::none;
};

// The tokens file: lines `NAME RIGHT TOKEN`; RIGHT is "read" or "operate". Empty lines and lines that begin
// with '#' are ignored. A name may have several tokens, for changing them.
class Tokens {
public:
  static constexpr std::size_t most_tokens = 256;    // people and programs of one place
  static constexpr std::size_t shortest_token = 24;  // letters; what cannot be guessed needs no lock-out
  static constexpr std::size_t longest_token = 256;  // letters
  static constexpr std::size_t longest_name = 64;    // letters; it stands in every acknowledgement
  static constexpr std::size_t largest_file = std::size_t{256} * 1024;  // bytes

  // `file` is for messages. Fails with `invalid_input` and the number of the line; never shows a token.
  static Expected<Tokens> parse(const std::string& file, std::string_view text);

  // Fails also with `denied` if others than its owner and its group can read it, and as read_text_file()
  // does.
  static Expected<Tokens> read(const std::filesystem::path& file);

  // Whose it is; takes as long for every token of the same length.
  [[nodiscard]] std::optional<Identity> find(std::string_view token) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
  struct Entry {
    Identity identity;
    std::string token;
  };

  std::vector<Entry> entries_;
};

}  // namespace muster::collector::web
