// SPDX-License-Identifier: Apache-2.0
#include "collector/web/html.hpp"

#include <algorithm>

#include "libmuster/model/utf8.hpp"

namespace muster::collector::web {

namespace {

std::string_view entity(char letter)
{
  switch (letter) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return {};
  }
}

}  // namespace

std::string escaped(std::string_view text)
{
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (const char letter : printable(text, true)) {
    if (const auto name = entity(letter); !name.empty()) {
      result += name;
    } else {
      result += letter;
    }
  }
  return result;
}

Piece::Piece(const Html& html) : text_{html.text()}, is_html_{true} {}

void Piece::append_to(std::string& html) const
{
  if (is_html_) {
    html += text_;
  } else {
    html += is_number_ ? number_ : escaped(text_);
  }
}

void Html::fill(std::string_view markup, std::initializer_list<Piece> pieces)
{
  constexpr std::string_view place = "{}";
  const auto* piece = pieces.begin();
  while (!markup.empty()) {
    const auto size = std::min(markup.find(place), markup.size());
    text_ += markup.substr(0, size);
    markup.remove_prefix(size);
    if (!markup.empty()) {
      markup.remove_prefix(place.size());
      if (piece != pieces.end()) {
        piece->append_to(text_);
        ++piece;
      }
    }
  }
}

}  // namespace muster::collector::web
