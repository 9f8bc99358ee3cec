// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/compound_text.hpp"

#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/shown_term.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view operator_letters = "=<>!";

bool is_blank(char c) noexcept
{
  return blanks.find(c) != std::string_view::npos;
}

// What may stand in a word, a name or a value without quotes.
bool ends_a_value(char c) noexcept
{
  return is_blank(c) || c == '(' || c == ')' || c == '\'' || c == '"';
}

bool ends_a_word(char c) noexcept
{
  return ends_a_value(c) || operator_letters.find(c) != std::string_view::npos;
}

}  // namespace

void CompoundText::skip_blanks() noexcept
{
  while (!at_end() && is_blank(next())) {
    ++position_;
  }
}

std::string CompoundText::what_stands_at(std::size_t position) const
{
  constexpr std::size_t enough = 20;
  return position >= text_.size() ? "at the end" : "before " + shown_term(text_.substr(position, enough));
}

void CompoundText::fail(std::size_t position, const std::string& what)
{
  if (!failed()) {
    error_ = Error{
        ErrorCode::invalid_input,
        "at character " + std::to_string(position + 1) + ", " + what_stands_at(position) + ": " + what};
  }
}

bool CompoundText::accept(char expected)
{
  skip_blanks();
  if (next() != expected || at_end()) {
    return false;
  }
  ++position_;
  return true;
}

bool CompoundText::accept_keyword(std::string_view keyword)
{
  skip_blanks();
  const auto left = rest();
  const bool is_there = left.substr(0, keyword.size()) == keyword &&
                        (left.size() == keyword.size() || ends_a_word(left[keyword.size()]));
  position_ += is_there ? keyword.size() : 0;
  return is_there;
}

bool CompoundText::at_operator() const noexcept
{
  return !at_end() && operator_letters.find(next()) != std::string_view::npos;
}

bool CompoundText::at_border() const noexcept
{
  return at_end() || is_blank(next()) || next() == ')';
}

void CompoundText::fail_unless(const Expected<void>& rule, std::size_t position)
{
  if (!rule) {
    fail(position, rule.error().message);
  }
}

void CompoundText::check()
{
  if (text_.size() > CompoundFilter::max_length) {
    error_ = Error{
        ErrorCode::invalid_input,
        "the filter has " + std::to_string(text_.size()) + " bytes, and at most " +
            std::to_string(CompoundFilter::max_length) + " are taken: name many nodes with --nodes instead"};
    return;
  }
  for (std::size_t at = 0; at < text_.size() && !failed();) {
    const auto step = next_code_point(text_.substr(at));
    const bool control = step.code_point < 0x20 || step.code_point == 0x7f;
    if (!step.valid || (control && !is_blank(text_[at]))) {
      fail(
          at,
          "control characters and what is no UTF-8 are not taken; write them as an expression, /\\x{1b}/");
    }
    at += step.bytes;
  }
}

std::string CompoundText::word()
{
  const auto begin = position_;
  while (!at_end() && !ends_a_word(next())) {
    ++position_;
  }
  return std::string{text_.substr(begin, position_ - begin)};
}

std::string CompoundText::pattern()
{
  const auto begin = position_;
  for (++position_; !at_end() && next() != '/'; ++position_) {
    position_ += next() == '\\' ? 1U : 0U;
  }
  if (at_end()) {
    position_ = text_.size();
    fail(begin, "the expression has no end: close it with /, and write a slash inside it as \\/");
    return {};
  }
  ++position_;
  if (!at_border()) {
    fail(
        begin,
        "an expression ends at its second slash, and a blank or ) must follow: write a slash inside it as "
        "\\/, "
        "and put a value that is no expression in quotes");
  }
  return std::string{text_.substr(begin, position_ - begin)};
}

std::string CompoundText::quoted()
{
  const auto begin = position_;
  const char quote = next();
  std::string result;
  for (++position_; !at_end() && next() != quote; ++position_) {
    const char escaped = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
    if (next() == '\\' && (escaped == '\'' || escaped == '"' || escaped == '\\')) {
      ++position_;
    }
    result += next();
  }
  if (at_end()) {
    fail(begin, "this quote is not closed");
    return {};
  }
  ++position_;
  return result;
}

std::string CompoundText::plain_value()
{
  const auto begin = position_;
  while (!at_end() && !ends_a_value(next())) {
    ++position_;
  }
  return std::string{text_.substr(begin, position_ - begin)};
}

}  // namespace muster
