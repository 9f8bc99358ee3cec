// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"

namespace muster {

// The letters of a -S filter while they are read, from the left to the right, and the first error in them.
// What is read after an error is of no use.
class CompoundText {
public:
  explicit CompoundText(std::string_view text) : text_{text} {}

  // Fails if it is too long, or has letters that no filter needs.
  void check();

  [[nodiscard]] bool failed() const noexcept { return error_.has_value(); }

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

  // "at character 12, before 'foo': WHAT". Only the first counts: what comes after it is a guess.
  void fail(std::size_t position, const std::string& what);
  // The same for the error of a rule; nothing if it holds.
  void fail_unless(const Expected<void>& rule, std::size_t position);

  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  [[nodiscard]] bool at_end() const noexcept { return position_ >= text_.size(); }

  // The next letter; a NUL at the end.
  [[nodiscard]] char next() const noexcept { return at_end() ? '\0' : text_[position_]; }

  [[nodiscard]] std::string_view rest() const noexcept { return at_end() ? "" : text_.substr(position_); }

  [[nodiscard]] bool at_operator() const noexcept;

  [[nodiscard]] bool at_quote() const noexcept { return next() == '\'' || next() == '"'; }

  // Whether what has been read can end here: a blank, a ) or the end follows.
  [[nodiscard]] bool at_border() const noexcept;

  void skip(std::size_t letters) noexcept { position_ += letters; }

  void skip_blanks() noexcept;

  // These three skip blanks first, and take what they are named after if it is there.
  bool accept(char expected);
  bool accept_keyword(std::string_view keyword);

  bool accept_not() { return accept('!') || accept_keyword("not"); }

  // A class, the name of a fact, a function or an output; empty if there is none.
  std::string word();
  // A value without quotes.
  std::string plain_value();
  // Between ' or ". A backslash takes the meaning from these and from itself, and stays before all else, so
  // that expressions can be written as they are.
  std::string quoted();
  // "/…/" with its slashes; a slash inside is written \/.
  std::string pattern();

private:
  [[nodiscard]] std::string what_stands_at(std::size_t position) const;

  std::string_view text_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
};

}  // namespace muster
