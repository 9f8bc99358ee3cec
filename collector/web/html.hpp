// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace muster::collector::web {

// Text of a stranger as HTML, in an element or in a quoted attribute: made printable, then escaped.
std::string escaped(std::string_view text);

// Markup that we wrote: only a literal becomes one, so that nothing that came over the wire can.
class Markup {
public:
  template <std::size_t size>
  // NOLINTNEXTLINE(google-explicit-constructor): it shall be written as a literal
  consteval Markup(const char (&text)[size]) : text_{text, size - 1}
  {}

  [[nodiscard]] constexpr std::string_view text() const { return text_; }

private:
  std::string_view text_;
};

class Html;

// What stands in the place of a {} in markup: a text, which is escaped; a number; or HTML.
class Piece {
public:
  // NOLINTBEGIN(google-explicit-constructor): they are made where they are used
  Piece(std::string_view text) : text_{text} {}

  Piece(const std::string& text) : text_{text} {}

  Piece(const char* text) : text_{text} {}

  Piece(const Html& html);

  template <std::integral Number>
  Piece(Number number) : number_{std::to_string(number)}, is_number_{true}
  {}

  // NOLINTEND(google-explicit-constructor)

  void append_to(std::string& html) const;

private:
  std::string_view text_;
  std::string number_;
  bool is_number_ = false;
  bool is_html_ = false;
};

// A piece of a page that is being written. A plain value.
class Html {
public:
  Html() = default;

  // Each {} of the markup is the next piece: put("<b class=\"{}\">{}</b>", state, name). Missing ones are
  // empty, and what is too many is left out.
  template <typename... Pieces>
  Html& put(Markup markup, const Pieces&... pieces)
  {
    fill(markup.text(), {Piece{pieces}...});
    return *this;
  }

  Html& put(const Html& html)
  {
    text_ += html.text_;
    return *this;
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] bool empty() const { return text_.empty(); }

private:
  void fill(std::string_view markup, std::initializer_list<Piece> pieces);

  std::string text_;
};

}  // namespace muster::collector::web
