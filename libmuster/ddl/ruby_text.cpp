// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace muster::ddl {

char RubyText::take() noexcept
{
  if (rest_.empty()) {
    return '\0';
  }
  const char taken = rest_.front();
  rest_.remove_prefix(1);
  if (taken == '\n') {
    ++place_.line;
    place_.column = 1;
  } else if (!rest_.empty() && (static_cast<unsigned char>(rest_.front()) & 0xC0U) == 0x80U) {
    // The character goes on: its column counts when its last byte is taken.
  } else {
    ++place_.column;
  }
  return taken;
}

void RubyText::skip(std::size_t bytes) noexcept
{
  for (std::size_t i = 0; i < bytes; ++i) {
    take();
  }
}

std::string RubyReport::said(const RubyPlace& place, const std::string& text) const
{
  return fmt::format("{}:{}:{}: {}", file_, place.line, place.column, text);
}

void RubyReport::refuse(const RubyPlace& place, const std::string& why)
{
  if (!error_) {
    error_ = Error{ErrorCode::invalid_input, said(place, why)};
    refused_at_ = place;
  }
}

void RubyReport::warn(const RubyPlace& place, const std::string& what)
{
  constexpr const char* too_many = "further warnings are left out";
  const auto& text = warnings_.size() < most_warnings ? what : too_many;
  const auto found = std::find_if(
      warnings_.begin(), warnings_.end(), [&text](const Warning& one) { return one.text == text; });
  if (found == warnings_.end()) {
    warnings_.push_back({text, {place}, 0});
  } else if (found->places.size() <= most_places) {
    found->places.push_back(place);
  } else {
    ++found->further_places;
  }
}

std::string RubyReport::said(const Warning& warning) const
{
  auto text = said(warning.places.front(), warning.text);
  for (std::size_t i = 1; i < warning.places.size(); ++i) {
    text += fmt::format(
        "{}{}:{}", i == 1 ? "; also at " : ", ", warning.places[i].line, warning.places[i].column);
  }
  return warning.further_places == 0 ? text : fmt::format("{} and {} more", text, warning.further_places);
}

std::vector<std::string> RubyReport::warnings() const
{
  std::vector<std::string> texts;
  texts.reserve(warnings_.size());
  for (const auto& warning : warnings_) {
    texts.push_back(said(warning));
  }
  return texts;
}

}  // namespace muster::ddl
