// SPDX-License-Identifier: Apache-2.0
//
// Reads a -S filter by recursive descent. The grammar is in docs/filters.md.
#include <algorithm>
#include <utility>

#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/compound_text.hpp"
#include "libmuster/model/statement_rules.hpp"

namespace muster {

namespace {

class Parser {
public:
  explicit Parser(std::string_view text) : text_{text} {}

  Expected<ParsedCompound> parse();

private:
  // Each reads what it is named after, and after the first error gives nothing of use.
  Expression any(std::size_t depth);
  Expression all(std::size_t depth);
  Expression negation(std::size_t depth);
  Expression operand(std::size_t depth);
  Expression in_parentheses(std::size_t depth);
  Statement statement();
  Statement class_pattern();
  Statement function(std::string name, std::size_t begin);
  Comparison comparison();
  void value(Comparison& comparison);
  std::string argument(const DataFunction& function);

  Expression joined(Expression::Kind kind, std::string_view keyword, std::size_t depth);
  void nothing_may_follow();

  CompoundText text_;
  ParsedCompound result_;
};

Expected<ParsedCompound> Parser::parse()
{
  text_.check();
  if (!text_.failed()) {
    result_.expression = any(0);
    nothing_may_follow();
  }
  if (text_.failed()) {
    return tl::make_unexpected(*text_.error());
  }
  return std::move(result_);
}

void Parser::nothing_may_follow()
{
  text_.skip_blanks();
  if (text_.failed() || text_.at_end()) {
    return;
  }
  const auto rest = text_.rest();
  if (text_.next() == ')') {
    text_.fail(text_.position(), "this ) closes nothing: take it away, or write the ( that it belongs to");
  } else if (rest.substr(0, 2) == "&&" || same_ignoring_case(rest.substr(0, 4), "and ")) {
    text_.fail(text_.position(), "write 'and', in small letters");
  } else if (rest.substr(0, 2) == "||" || same_ignoring_case(rest.substr(0, 3), "or ")) {
    text_.fail(text_.position(), "write 'or', in small letters");
  } else {
    text_.fail(text_.position(), "expected and, or, or the end: write what joins the two statements");
  }
}

Expression Parser::joined(Expression::Kind kind, std::string_view keyword, std::size_t depth)
{
  const auto part = [&] { return kind == Expression::Kind::any ? all(depth) : negation(depth); };
  Expression result{kind, {}, 0};
  result.parts.push_back(part());
  while (!text_.failed() && text_.accept_keyword(keyword)) {
    result.parts.push_back(part());
  }
  if (result.parts.size() > 1) {
    return result;
  }
  Expression only = std::move(result.parts.front());
  return only;
}

Expression Parser::any(std::size_t depth)
{
  return joined(Expression::Kind::any, "or", depth);
}

Expression Parser::all(std::size_t depth)
{
  return joined(Expression::Kind::all, "and", depth);
}

Expression Parser::negation(std::size_t depth)
{
  text_.skip_blanks();
  const auto begin = text_.position();
  if (text_.failed() || !text_.accept_not()) {
    return operand(depth);
  }
  if (depth >= CompoundFilter::max_depth) {
    text_.fail(begin, "nested more than " + std::to_string(CompoundFilter::max_depth) + " deep");
    return {};
  }
  Expression result{Expression::Kind::negation, {}, 0};
  result.parts.push_back(negation(depth + 1));
  return result;
}

Expression Parser::operand(std::size_t depth)
{
  text_.skip_blanks();
  if (text_.failed()) {
    return {};
  }
  if (text_.next() == '(') {
    return in_parentheses(depth);
  }
  const auto begin = text_.position();
  auto read = statement();
  if (!text_.failed() && result_.statements.size() >= CompoundFilter::max_statements) {
    text_.fail(begin, "more than " + std::to_string(CompoundFilter::max_statements) + " statements");
  }
  if (text_.failed()) {
    return {};
  }
  result_.statements.push_back(std::move(read));
  result_.positions.push_back(begin + 1);
  return {Expression::Kind::statement, {}, result_.statements.size() - 1};
}

Expression Parser::in_parentheses(std::size_t depth)
{
  const auto begin = text_.position();
  if (depth >= CompoundFilter::max_depth) {
    text_.fail(begin, "nested more than " + std::to_string(CompoundFilter::max_depth) + " deep");
    return {};
  }
  text_.skip(1);
  auto inside = any(depth + 1);
  text_.skip_blanks();
  if (!text_.failed() && text_.at_end()) {
    text_.fail(begin, "this ( is not closed: a ) is missing");
  } else if (!text_.failed() && !text_.accept(')')) {
    nothing_may_follow();
  }
  return inside;
}

Statement Parser::statement()
{
  const auto begin = text_.position();
  if (text_.next() == '/') {
    return class_pattern();
  }
  auto name = text_.word();
  if (name.empty() || name == "and" || name == "or") {
    text_.fail(
        begin,
        "expected a class, a fact (country=uk), a data function (nrpe('check_load').exitcode=0), 'not' or (");
    return {};
  }
  if (text_.next() == '(') {
    return function(std::move(name), begin);
  }
  text_.skip_blanks();
  const bool compared = text_.at_operator();
  text_.fail_unless(check_length(name), begin);
  if (!compared) {
    return ClassStatement{std::move(name)};
  }
  FactStatement fact{std::move(name), {}};
  fact.comparison = comparison();
  return fact;
}

Statement Parser::class_pattern()
{
  const auto begin = text_.position();
  ClassStatement result{text_.pattern()};
  text_.fail_unless(check_length(result.word), begin);
  return result;
}

Comparison Parser::comparison()
{
  text_.skip_blanks();
  Comparison result;
  const auto begin = text_.position();
  const auto rest = text_.rest();
  auto op = parse_fact_operator(rest.substr(0, 2));
  std::size_t length = std::min<std::size_t>(rest.size(), 2);
  if (!op) {
    op = parse_fact_operator(rest.substr(0, 1));
    length = 1;
  }
  if (!op) {
    text_.fail(begin, "expected one of = == != =~ < <= > >=");
    return result;
  }
  text_.skip(length);
  result.op = *op;
  text_.skip_blanks();
  value(result);
  return result;
}

void Parser::value(Comparison& comparison)
{
  const auto begin = text_.position();
  if (text_.at_quote()) {
    comparison.value = text_.quoted();
    comparison.is_pattern = comparison.op == FactOperator::matches;
    if (!text_.at_border()) {
      text_.fail(text_.position(), "expected a blank or ) behind the quote");
    }
  } else if (text_.next() == '/') {
    comparison.value = text_.pattern();
    comparison.is_pattern = true;
  } else {
    comparison.value = text_.plain_value();
    comparison.is_pattern = comparison.op == FactOperator::matches;
    text_.fail_unless(check_plain_value(comparison.value, text_.next()), begin);
  }
  text_.fail_unless(check_comparison(comparison), begin);
}

std::string Parser::argument(const DataFunction& function)
{
  text_.skip_blanks();
  const auto begin = text_.position();
  std::string result;
  if (text_.at_quote()) {
    result = text_.quoted();
  } else if (text_.next() != ')') {
    text_.fail(begin, "put the argument in quotes: " + example_of(function));
  }
  text_.fail_unless(check_argument(function, result), begin);
  text_.skip_blanks();
  if (!text_.accept(')')) {
    text_.fail(text_.position(), "expected a ) behind the one argument: " + example_of(function));
  }
  return result;
}

Statement Parser::function(std::string name, std::size_t begin)
{
  const auto* known = find_data_function(name);
  if (known == nullptr) {
    text_.fail(begin, no_such_function(name));
    return {};
  }
  text_.skip(1);
  FunctionStatement result{{std::move(name), argument(*known)}, {}, {}};
  if (text_.failed()) {
    return result;
  }
  const auto behind = text_.position();
  if (text_.at_end() || text_.next() != '.') {
    text_.fail(behind, "expected . and an output, as in " + example_of(*known));
    return result;
  }
  text_.skip(1);
  result.output = text_.word();
  const auto* output = find_output(*known, result.output);
  if (output == nullptr) {
    text_.fail(behind + 1, no_such_output(*known, result.output));
    return result;
  }
  result.comparison = comparison();
  text_.fail_unless(check_output(*output, result.comparison), begin);
  return result;
}

}  // namespace

Expected<ParsedCompound> parse_compound(std::string_view text)
{
  return Parser{text}.parse();
}

}  // namespace muster
