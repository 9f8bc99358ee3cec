// SPDX-License-Identifier: Apache-2.0
//
// Reads a -S filter by recursive descent. The grammar is in docs/filters.md.
#include <algorithm>
#include <utility>

#include "libmuster/model/compound_filter.hpp"
#include "libmuster/model/shown_term.hpp"
#include "libmuster/model/statement_rules.hpp"
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
  std::string quoted();
  std::string pattern();
  std::string word();
  std::string argument(const DataFunction& function);

  Expression joined(Expression::Kind kind, std::string_view keyword, std::size_t depth);
  bool accept_keyword(std::string_view keyword);
  bool accept_not();
  bool accept(char expected);
  void nothing_may_follow();
  void check_text();

  void skip_blanks() noexcept;
  void fail(std::size_t position, const std::string& what);

  [[nodiscard]] bool failed() const noexcept { return error_.has_value(); }

  [[nodiscard]] bool at_end() const noexcept { return position_ >= text_.size(); }

  [[nodiscard]] char next() const noexcept { return at_end() ? '\0' : text_[position_]; }

  [[nodiscard]] std::string what_stands_at(std::size_t position) const;
  [[nodiscard]] bool keyword_at(std::size_t position, std::string_view keyword) const noexcept;

  std::string_view text_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
  ParsedCompound result_;
};

void Parser::skip_blanks() noexcept
{
  while (!at_end() && is_blank(next())) {
    ++position_;
  }
}

std::string Parser::what_stands_at(std::size_t position) const
{
  constexpr std::size_t enough = 20;
  return position >= text_.size() ? "at the end" : "before " + shown_term(text_.substr(position, enough));
}

// Only the first counts: what is read after it is a guess.
void Parser::fail(std::size_t position, const std::string& what)
{
  if (!failed()) {
    error_ = Error{
        ErrorCode::invalid_input,
        "at character " + std::to_string(position + 1) + ", " + what_stands_at(position) + ": " + what};
  }
}

bool Parser::accept(char expected)
{
  skip_blanks();
  if (next() != expected || at_end()) {
    return false;
  }
  ++position_;
  return true;
}

bool Parser::keyword_at(std::size_t position, std::string_view keyword) const noexcept
{
  const auto rest = text_.substr(std::min(position, text_.size()));
  return rest.substr(0, keyword.size()) == keyword &&
         (rest.size() == keyword.size() || ends_a_word(rest[keyword.size()]));
}

bool Parser::accept_keyword(std::string_view keyword)
{
  skip_blanks();
  if (!keyword_at(position_, keyword)) {
    return false;
  }
  position_ += keyword.size();
  return true;
}

bool Parser::accept_not()
{
  skip_blanks();
  return accept('!') || accept_keyword("not");
}

void Parser::check_text()
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

Expected<ParsedCompound> Parser::parse()
{
  check_text();
  if (!failed()) {
    result_.expression = any(0);
    nothing_may_follow();
  }
  if (failed()) {
    return tl::make_unexpected(*std::move(error_));
  }
  return std::move(result_);
}

void Parser::nothing_may_follow()
{
  skip_blanks();
  if (failed() || at_end()) {
    return;
  }
  const auto rest = text_.substr(position_);
  if (next() == ')') {
    fail(position_, "this ) closes nothing: take it away, or write the ( that it belongs to");
  } else if (rest.substr(0, 2) == "&&" || same_ignoring_case(rest.substr(0, 4), "and ")) {
    fail(position_, "write 'and', in small letters");
  } else if (rest.substr(0, 2) == "||" || same_ignoring_case(rest.substr(0, 3), "or ")) {
    fail(position_, "write 'or', in small letters");
  } else {
    fail(position_, "expected and, or, or the end: write what joins the two statements");
  }
}

Expression Parser::joined(Expression::Kind kind, std::string_view keyword, std::size_t depth)
{
  const auto part = [&] { return kind == Expression::Kind::any ? all(depth) : negation(depth); };
  Expression result{kind, {}, 0};
  result.parts.push_back(part());
  while (!failed() && accept_keyword(keyword)) {
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
  skip_blanks();
  const auto begin = position_;
  if (failed() || !accept_not()) {
    return operand(depth);
  }
  if (depth >= CompoundFilter::max_depth) {
    fail(begin, "nested more than " + std::to_string(CompoundFilter::max_depth) + " deep");
    return {};
  }
  Expression result{Expression::Kind::negation, {}, 0};
  result.parts.push_back(negation(depth + 1));
  return result;
}

Expression Parser::operand(std::size_t depth)
{
  skip_blanks();
  if (failed()) {
    return {};
  }
  if (next() == '(') {
    return in_parentheses(depth);
  }
  const auto begin = position_;
  auto read = statement();
  if (!failed() && result_.statements.size() >= CompoundFilter::max_statements) {
    fail(begin, "more than " + std::to_string(CompoundFilter::max_statements) + " statements");
  }
  if (failed()) {
    return {};
  }
  result_.statements.push_back(std::move(read));
  result_.positions.push_back(begin + 1);
  return {Expression::Kind::statement, {}, result_.statements.size() - 1};
}

Expression Parser::in_parentheses(std::size_t depth)
{
  const auto begin = position_;
  if (depth >= CompoundFilter::max_depth) {
    fail(begin, "nested more than " + std::to_string(CompoundFilter::max_depth) + " deep");
    return {};
  }
  ++position_;
  auto inside = any(depth + 1);
  skip_blanks();
  if (!failed() && at_end()) {
    fail(begin, "this ( is not closed: a ) is missing");
  } else if (!failed() && !accept(')')) {
    nothing_may_follow();
  }
  return inside;
}

Statement Parser::statement()
{
  const auto begin = position_;
  if (next() == '/') {
    return class_pattern();
  }
  auto name = word();
  if (name.empty() || name == "and" || name == "or") {
    fail(
        begin,
        "expected a class, a fact (country=uk), a data function (nrpe('check_load').exitcode=0), 'not' or (");
    return {};
  }
  if (next() == '(') {
    return function(std::move(name), begin);
  }
  skip_blanks();
  const bool compared = !at_end() && operator_letters.find(next()) != std::string_view::npos;
  if (auto rule = check_length(name); !rule) {
    fail(begin, rule.error().message);
  }
  if (!compared) {
    return ClassStatement{std::move(name)};
  }
  FactStatement fact{std::move(name), {}};
  fact.comparison = comparison();
  return fact;
}

Statement Parser::class_pattern()
{
  const auto begin = position_;
  ClassStatement result{pattern()};
  if (auto rule = check_length(result.word); !rule) {
    fail(begin, rule.error().message);
  }
  return result;
}

std::string Parser::word()
{
  const auto begin = position_;
  while (!at_end() && !ends_a_word(next())) {
    ++position_;
  }
  return std::string{text_.substr(begin, position_ - begin)};
}

// "/…/" with its slashes; a slash inside is written \/.
std::string Parser::pattern()
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
  if (!at_end() && !is_blank(next()) && next() != ')') {
    fail(
        begin,
        "an expression ends at its second slash, and a blank or ) must follow: write a slash inside it as "
        "\\/, "
        "and put a value that is no expression in quotes");
  }
  return std::string{text_.substr(begin, position_ - begin)};
}

// Between ' or ". A backslash takes the meaning from these and from itself, and stays before all else, so
// that expressions can be written as they are.
std::string Parser::quoted()
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

Comparison Parser::comparison()
{
  skip_blanks();
  Comparison result;
  const auto begin = position_;
  const auto rest = text_.substr(std::min(begin, text_.size()));
  auto op = parse_fact_operator(rest.substr(0, 2));
  std::size_t length = std::min<std::size_t>(rest.size(), 2);
  if (!op) {
    op = parse_fact_operator(rest.substr(0, 1));
    length = 1;
  }
  if (!op) {
    fail(begin, "expected one of = == != =~ < <= > >=");
    return result;
  }
  position_ += length;
  result.op = *op;
  skip_blanks();
  value(result);
  return result;
}

void Parser::value(Comparison& comparison)
{
  const auto begin = position_;
  if (next() == '\'' || next() == '"') {
    comparison.value = quoted();
    comparison.is_pattern = comparison.op == FactOperator::matches;
    if (!at_end() && !is_blank(next()) && next() != ')') {
      fail(position_, "expected a blank or ) behind the quote");
    }
  } else if (next() == '/') {
    comparison.value = pattern();
    comparison.is_pattern = true;
  } else {
    while (!at_end() && !ends_a_value(next())) {
      ++position_;
    }
    comparison.value = text_.substr(begin, position_ - begin);
    comparison.is_pattern = comparison.op == FactOperator::matches;
    if (auto rule = check_plain_value(comparison.value, next()); !rule) {
      fail(begin, rule.error().message);
    }
  }
  if (auto rule = check_comparison(comparison); !rule) {
    fail(begin, rule.error().message);
  }
}

std::string Parser::argument(const DataFunction& function)
{
  skip_blanks();
  const auto begin = position_;
  std::string result;
  if (next() == '\'' || next() == '"') {
    result = quoted();
  } else if (next() != ')') {
    fail(begin, "put the argument in quotes: " + example_of(function));
  }
  if (auto rule = check_argument(function, result); !rule) {
    fail(begin, rule.error().message);
  }
  skip_blanks();
  if (!accept(')')) {
    fail(position_, "expected a ) behind the one argument: " + example_of(function));
  }
  return result;
}

Statement Parser::function(std::string name, std::size_t begin)
{
  const auto* known = find_data_function(name);
  if (known == nullptr) {
    fail(begin, no_such_function(name));
    return {};
  }
  ++position_;
  FunctionStatement result{{std::move(name), argument(*known)}, {}, {}};
  if (failed()) {
    return result;
  }
  const auto behind = position_;
  if (at_end() || next() != '.') {
    fail(behind, "expected . and an output, as in " + example_of(*known));
    return result;
  }
  ++position_;
  result.output = word();
  const auto* output = find_output(*known, result.output);
  if (output == nullptr) {
    fail(behind + 1, no_such_output(*known, result.output));
    return result;
  }
  result.comparison = comparison();
  if (auto rule = check_output(*output, result.comparison); !rule) {
    fail(begin, rule.error().message);
  }
  return result;
}

}  // namespace

Expected<ParsedCompound> parse_compound(std::string_view text)
{
  return Parser{text}.parse();
}

}  // namespace muster
