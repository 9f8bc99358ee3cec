// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace muster::ddl {

namespace {

using TokenKind = RubyToken::Kind;
using ValueKind = RubyValue::Kind;

RubyValue simple_value(const RubyToken& token, ValueKind kind)
{
  RubyValue value;
  value.kind = kind;
  value.place = token.place;
  value.text = token.text;
  value.flags = token.flags;
  value.integer = token.integer;
  value.floating = token.floating;
  return value;
}

}  // namespace

const RubyValue* RubyValue::find(std::string_view name) const noexcept
{
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

std::string_view RubyValue::what() const noexcept
{
  constexpr std::array<std::string_view, 10> words{
      "nil",
      "true or false",
      "a number",
      "a number with decimals",
      "a string",
      "a symbol",
      "a regular expression",
      "a list",
      "a hash",
      "a call"};
  return words.at(static_cast<std::size_t>(kind));
}

void RubyValues::arguments(std::vector<RubyValue>& arguments)
{
  RubyValue options;
  do {
    cursor_.skip_line_ends();
    argument(arguments, options, 0);
  } while (!refused() && cursor_.accept(","));
  if (options.kind == ValueKind::hash) {
    arguments.push_back(std::move(options));
  }
}

void RubyValues::arguments_in_parentheses(std::vector<RubyValue>& arguments, std::size_t depth)
{
  const auto opened = cursor_.take().place;
  RubyValue options;
  for (cursor_.skip_line_ends(); !refused() && !next().is(")"); cursor_.skip_line_ends()) {
    argument(arguments, options, depth);
    cursor_.skip_line_ends();
    if (!cursor_.accept(",")) {
      break;
    }
  }
  cursor_.expect(")", opened);
  if (options.kind == ValueKind::hash) {
    arguments.push_back(std::move(options));
  }
}

// Those with => or a label are gathered into one hash.
void RubyValues::argument(std::vector<RubyValue>& arguments, RubyValue& options, std::size_t depth)
{
  const auto place = next().place;
  const bool is_label = next().kind == TokenKind::label;
  auto read = is_label ? simple_value(cursor_.take(), ValueKind::symbol) : value(depth);
  if (is_label || next().is("=>")) {
    options.place = options.kind == ValueKind::hash ? options.place : place;
    options.kind = ValueKind::hash;
    if (is_label || cursor_.accept("=>")) {
      member_value(options, key(read), depth);
    }
  } else {
    arguments.push_back(std::move(read));
  }
}

std::string RubyValues::key(const RubyValue& value)
{
  switch (value.kind) {
  case ValueKind::text:
  case ValueKind::symbol:
    return value.text;
  case ValueKind::boolean:
    return value.boolean ? "true" : "false";
  case ValueKind::integer:
    return std::to_string(value.integer);
  default:
    refuse(value.place, fmt::format("found {} as a name, expected a symbol or a string", value.what()));
    return {};
  }
}

// A name that comes twice has its last value, as in Ruby.
void RubyValues::member_value(RubyValue& hash, std::string name, std::size_t depth)
{
  cursor_.skip_line_ends();
  auto read = value(depth);
  const auto found = std::find(hash.names.begin(), hash.names.end(), name);
  if (found != hash.names.end()) {
    hash.items[static_cast<std::size_t>(found - hash.names.begin())] = std::move(read);
    return;
  }
  if (hash.names.size() >= most_ruby_members) {
    refuse(
        read.place, fmt::format("found more than {} names in one hash: this is no DDL", most_ruby_members));
    return;
  }
  hash.names.push_back(std::move(name));
  hash.items.push_back(std::move(read));
}

RubyValue RubyValues::value(std::size_t depth)
{
  if (depth >= deepest_ruby_value) {
    refuse(
        next().place,
        fmt::format("values lie more than {} deep in each other: this is no DDL", deepest_ruby_value));
    return {};
  }
  switch (next().kind) {
  case TokenKind::text:
    return joined_text();
  case TokenKind::symbol:
    return simple_value(cursor_.take(), ValueKind::symbol);
  case TokenKind::pattern:
    return simple_value(cursor_.take(), ValueKind::pattern);
  case TokenKind::integer:
    return simple_value(cursor_.take(), ValueKind::integer);
  case TokenKind::floating:
    return simple_value(cursor_.take(), ValueKind::floating);
  case TokenKind::word:
    return word(depth);
  default:
    break;
  }
  if (next().is("[") || next().is("{")) {
    return next().is("[") ? list(depth) : hash(depth);
  }
  cursor_.refuse_next("a string, a symbol, a number, true, false, nil, a list or a hash");
  return {};
}

RubyValue RubyValues::word(std::size_t depth)
{
  const auto& name = next().text;
  const bool is_boolean = name == "true" || name == "false";
  if (is_boolean || name == "nil") {
    auto token = cursor_.take();
    auto result = simple_value(token, is_boolean ? ValueKind::boolean : ValueKind::nil);
    result.boolean = token.text == "true";
    return result;
  }
  if (!next(1).is("(") || !is_ruby_method(name)) {
    cursor_.refuse_next("a string, a symbol, a number, true, false, nil, a list or a hash");
    return {};
  }
  auto result = simple_value(cursor_.take(), ValueKind::call);
  arguments_in_parentheses(result.items, depth + 1);
  return result;
}

// "one" "two" and "one" + "two" are one string, over several lines if they are joined by + or a backslash.
RubyValue RubyValues::joined_text()
{
  auto result = simple_value(cursor_.take(), ValueKind::text);
  while (!refused()) {
    const bool plus = cursor_.accept("+");
    if (plus) {
      cursor_.skip_line_ends();
    }
    if (next().kind == TokenKind::text) {
      result.text += cursor_.take().text;
    } else if (plus) {
      cursor_.refuse_next("a string behind the +");
    } else {
      break;
    }
  }
  return result;
}

RubyValue RubyValues::list(std::size_t depth)
{
  auto result = simple_value(cursor_.take(), ValueKind::list);
  for (cursor_.skip_line_ends(); !refused() && !next().is("]"); cursor_.skip_line_ends()) {
    result.items.push_back(value(depth + 1));
    cursor_.skip_line_ends();
    if (!cursor_.accept(",")) {
      break;
    }
  }
  cursor_.expect("]", result.place);
  return result;
}

RubyValue RubyValues::hash(std::size_t depth)
{
  auto result = simple_value(cursor_.take(), ValueKind::hash);
  for (cursor_.skip_line_ends(); !refused() && !next().is("}"); cursor_.skip_line_ends()) {
    member(result, depth + 1);
    cursor_.skip_line_ends();
    if (!cursor_.accept(",")) {
      break;
    }
  }
  cursor_.expect("}", result.place);
  return result;
}

void RubyValues::member(RubyValue& hash, std::size_t depth)
{
  if (next().kind == TokenKind::label) {
    auto name = cursor_.take().text;
    member_value(hash, std::move(name), depth);
    return;
  }
  const auto name = value(depth);
  if (!refused() && !cursor_.accept("=>")) {
    cursor_.refuse_next("=> behind the name");
  }
  if (!refused()) {
    member_value(hash, key(name), depth);
  }
}

}  // namespace muster::ddl
