// SPDX-License-Identifier: Apache-2.0
//
// Reads calls by recursive descent. The grammar is in docs/ddl.md.
#include "libmuster/ddl/ruby_syntax.hpp"

#include <utility>

#include <fmt/format.h>

namespace muster::ddl {

namespace {

using TokenKind = RubyToken::Kind;

class Parser {
public:
  Parser(std::vector<RubyToken> tokens, RubyReport& report) : cursor_{std::move(tokens), report} {}

  std::vector<RubyCall> file();

private:
  // Each reads what it is named after; after a refusal it gives nothing of use, and ends.
  std::vector<RubyCall> calls(std::size_t depth);
  void call_into(std::vector<RubyCall>& calls, std::size_t depth);
  void condition_into(std::vector<RubyCall>& calls, std::size_t depth);
  RubyCall call(std::size_t depth);
  std::vector<RubyCall> block(std::size_t depth, const RubyToken& begin);
  void line_is_over();

  [[nodiscard]] bool at_block_end() const;
  [[nodiscard]] bool at_arguments_end() const;
  [[nodiscard]] bool at_known_condition() const;

  [[nodiscard]] const RubyToken& next(std::size_t ahead = 0) const { return cursor_.next(ahead); }

  [[nodiscard]] RubyReport& report() const { return cursor_.report(); }

  RubyCursor cursor_;
  RubyValues values_{cursor_};
};

std::vector<RubyCall> Parser::file()
{
  auto read = calls(0);
  if (!report().refused() && next().kind != TokenKind::end) {
    cursor_.refuse_next("metadata, requires, usage or action: this closes nothing, take it away");
  }
  return read;
}

bool Parser::at_block_end() const
{
  return next().kind == TokenKind::end || next().is_word("end") || next().is("}");
}

std::vector<RubyCall> Parser::calls(std::size_t depth)
{
  std::vector<RubyCall> read;
  for (cursor_.skip_line_ends(); !report().refused() && !at_block_end(); cursor_.skip_line_ends()) {
    call_into(read, depth);
    line_is_over();
  }
  return read;
}

void Parser::line_is_over()
{
  if (!report().refused() && next().kind != TokenKind::line_end && !at_block_end()) {
    cursor_.refuse_next("the end of the line");
  }
}

// if respond_to?(:summarize): so that a DDL could also be read by a very old MCollective. Here it holds.
bool Parser::at_known_condition() const
{
  const bool in_parentheses = next(2).is("(") && next(4).is(")");
  const auto& asked = next(in_parentheses ? 3 : 2);
  return next().is_word("if") && next(1).is_word("respond_to?") && asked.kind == TokenKind::symbol &&
         asked.text == "summarize";
}

void Parser::call_into(std::vector<RubyCall>& calls, std::size_t depth)
{
  if (at_known_condition()) {
    condition_into(calls, depth);
  } else if (next().kind == TokenKind::word && is_ruby_method(next().text)) {
    calls.push_back(call(depth));
  } else {
    cursor_.refuse_next("metadata, requires, usage, action or what an action holds");
  }
}

void Parser::condition_into(std::vector<RubyCall>& calls, std::size_t depth)
{
  const auto begin = cursor_.take();
  cursor_.skip(next(1).is("(") ? 4 : 2);
  for (auto& inner : block(depth, begin)) {
    calls.push_back(std::move(inner));
  }
}

RubyCall Parser::call(std::size_t depth)
{
  RubyCall result;
  auto name = cursor_.take();
  result.name = std::move(name.text);
  result.place = name.place;
  const bool in_parentheses = next().is("(");
  if (in_parentheses) {
    values_.arguments_in_parentheses(result.arguments, 0);
  } else if (!at_arguments_end() && !next().is("{")) {
    values_.arguments(result.arguments);
  }
  if (!report().refused() && (next().is_word("do") || next().is("{"))) {
    const auto begin = cursor_.take();
    result.has_block = true;
    result.block = block(depth, begin);
  }
  return result;
}

// Behind `begin`, up to its end: } of {, else end.
std::vector<RubyCall> Parser::block(std::size_t depth, const RubyToken& begin)
{
  if (depth >= deepest_ruby_block) {
    report().refuse(
        begin.place,
        fmt::format("blocks lie more than {} deep in each other: this is no DDL", deepest_ruby_block));
    return {};
  }
  auto read = calls(depth + 1);
  const bool braces = begin.is("{");
  if (!report().refused() && !(braces ? cursor_.accept("}") : cursor_.accept_word("end"))) {
    cursor_.refuse_next(fmt::format(
        "{} for the block that begins at {}:{}", braces ? "}" : "end", begin.place.line, begin.place.column));
  }
  return read;
}

bool Parser::at_arguments_end() const
{
  return next().kind == TokenKind::line_end || next().is_word("do") || at_block_end();
}

}  // namespace

std::vector<RubyCall> ruby_calls(std::string_view text, RubyReport& report)
{
  auto scanning = report;
  auto tokens = ruby_tokens(text, scanning);
  auto calls = Parser{std::move(tokens), report}.file();
  // Whichever stands first is told: in `if File.exist?(…)` that is the `if`.
  if (scanning.refused() && (!report.refused() || !report.refused_at().is_before(scanning.refused_at()))) {
    report = std::move(scanning);
  }
  return calls;
}

}  // namespace muster::ddl
