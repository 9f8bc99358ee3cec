// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_cursor.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libmuster/model/shown_term.hpp"

namespace muster::ddl {

namespace {

using TokenKind = RubyToken::Kind;

constexpr std::array<std::string_view, 34> keywords{
    "alias", "and",   "begin", "break",  "case",  "class",  "def",   "defined?", "do",
    "else",  "elsif", "end",   "ensure", "for",   "if",     "in",    "lambda",   "module",
    "next",  "not",   "or",    "proc",   "redo",  "rescue", "retry", "return",   "self",
    "super", "then",  "undef", "unless", "until", "while",  "yield"};

bool is_keyword(std::string_view word)
{
  return std::find(keywords.begin(), keywords.end(), word) != keywords.end();
}

std::string shown(const RubyToken& token)
{
  switch (token.kind) {
  case TokenKind::end:
    return "the end of the file";
  case TokenKind::line_end:
    return "the end of the line";
  case TokenKind::text:
    return "the string " + shown_term(token.text);
  case TokenKind::symbol:
    return shown_term(":" + token.text);
  case TokenKind::label:
    return shown_term(token.text + ":");
  case TokenKind::pattern:
    return shown_term("/" + token.text + "/" + token.flags);
  default:
    return shown_term(token.text);
  }
}

// Why a word that is no literal cannot stand for a value, and what can.
std::string_view hint_for(std::string_view word)
{
  if (is_keyword(word)) {
    return "code, which is never run: write what it comes to, or take it away";
  }
  if (!is_ruby_method(word)) {
    return "a constant: nothing is evaluated; write its value as a string, a symbol or a number";
  }
  return "a method or a variable: nothing is evaluated; write its value";
}

}  // namespace

bool is_ruby_method(std::string_view word)
{
  return !word.empty() && !is_keyword(word) && (word.front() < 'A' || word.front() > 'Z');
}

RubyCursor::RubyCursor(std::vector<RubyToken> tokens, RubyReport& report)
    : tokens_{std::move(tokens)}, report_{report}
{}

const RubyToken& RubyCursor::next(std::size_t ahead) const
{
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

RubyToken RubyCursor::take()
{
  auto token = next();
  position_ = std::min(position_ + 1, tokens_.size() - 1);
  return token;
}

bool RubyCursor::accept(std::string_view sign)
{
  const bool is_there = next().is(sign);
  position_ += is_there ? 1 : 0;
  return is_there;
}

bool RubyCursor::accept_word(std::string_view word)
{
  const bool is_there = next().is_word(word);
  position_ += is_there ? 1 : 0;
  return is_there;
}

void RubyCursor::expect(std::string_view sign, const RubyPlace& opened)
{
  if (!report_.refused() && !accept(sign)) {
    refuse_next(fmt::format("{} for what begins at {}:{}", sign, opened.line, opened.column));
  }
}

void RubyCursor::skip(std::size_t tokens)
{
  position_ = std::min(position_ + tokens, tokens_.size() - 1);
}

void RubyCursor::skip_line_ends()
{
  while (next().kind == TokenKind::line_end) {
    take();
  }
}

void RubyCursor::refuse_next(std::string_view expected)
{
  const auto& token = next();
  const bool is_code = token.kind == TokenKind::word && token.text != "do" && token.text != "end";
  report_.refuse(
      token.place,
      fmt::format(
          "found {}, expected {}{}{}",
          shown(token),
          expected,
          is_code ? "; it is " : "",
          is_code ? hint_for(token.text) : ""));
}

}  // namespace muster::ddl
