// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/error.hpp"

// What the readers of Ruby's DDLs share: a place in the text, and what is said about it. Values without
// threads of their own: one thread at a time.
namespace muster::ddl {

// Both count from 1, columns in characters.
struct RubyPlace {
  std::size_t line = 1;
  std::size_t column = 1;

  [[nodiscard]] bool is_before(const RubyPlace& other) const noexcept
  {
    return line < other.line || (line == other.line && column < other.column);
  }
};

// A cursor that knows where it stands. The text belongs to the caller and must stay.
class RubyText {
public:
  explicit RubyText(std::string_view text) : rest_{text} {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  // '\0' behind the end: the text itself holds none.
  [[nodiscard]] char next(std::size_t ahead = 0) const noexcept
  {
    return ahead < rest_.size() ? rest_[ahead] : '\0';
  }

  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

  [[nodiscard]] const RubyPlace& place() const noexcept { return place_; }

  // The next byte, or '\0' at the end; goes on.
  char take() noexcept;
  void skip(std::size_t bytes) noexcept;

private:
  std::string_view rest_;
  RubyPlace place_;
};

// What is found out about a file while it is read: why it is refused, and warnings. The first refusal counts,
// and what is read after it is of no use.
class RubyReport {
public:
  // More are of no use to a reader, and a file of hostile text must not fill a terminal.
  static constexpr std::size_t most_warnings = 100;

  // How many further places a warning names that holds in several.
  static constexpr std::size_t most_places = 8;

  // `file` stands in front of every message: FILE:LINE:COLUMN: …
  explicit RubyReport(std::string file) : file_{std::move(file)} {}

  void refuse(const RubyPlace& place, const std::string& why);

  // What is said again of another place is put to the first time that it was said.
  void warn(const RubyPlace& place, const std::string& what);

  [[nodiscard]] bool refused() const noexcept { return error_.has_value(); }

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

  // Where the refusal stands, if there is one.
  [[nodiscard]] const RubyPlace& refused_at() const noexcept { return refused_at_; }

  // FILE:LINE:COLUMN: …, in the order in which they were found.
  [[nodiscard]] std::vector<std::string> warnings() const;

private:
  struct Warning {
    std::string text;
    std::vector<RubyPlace> places;  // the first ones
    std::size_t further_places = 0;
  };

  [[nodiscard]] std::string said(const RubyPlace& place, const std::string& text) const;
  [[nodiscard]] std::string said(const Warning& warning) const;

  std::string file_;
  std::optional<Error> error_;
  RubyPlace refused_at_;
  std::vector<Warning> warnings_;
};

// ASCII's, whatever the locale.
constexpr bool is_ruby_digit(char c) noexcept
{
  return c >= '0' && c <= '9';
}

constexpr bool is_ruby_letter(char c) noexcept
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// 0 to 15, or -1.
constexpr int hex_digit_of(char c) noexcept
{
  return is_ruby_digit(c)         ? c - '0'
         : (c >= 'a' && c <= 'f') ? c - 'a' + 10
         : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                  : -1;
}

}  // namespace muster::ddl
