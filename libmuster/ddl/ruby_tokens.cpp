// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_tokens.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "libmuster/ddl/ruby_quotes.hpp"
#include "libmuster/model/shown_term.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::ddl {

namespace {

using Kind = RubyToken::Kind;

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::string_view marks = "()[]{},+";

// What Ruby would do with it, and what to write instead.
std::string_view hint_for(std::string_view rest)
{
  if (rest.starts_with("<<")) {
    return "a heredoc, which is not read: write it as a string in quotes";
  }
  switch (rest.front()) {
  case '`':
    return "a command, which is never run: take it away";
  case '@':
  case '$':
    return "a variable: nothing is evaluated; write its value";
  case '.':
    return "a method call or a range: nothing is evaluated; write the value itself";
  case '=':
    return "an assignment or a comparison: nothing is evaluated; write the values where they are used";
  case ':':
    return "what is no symbol, expected :name or :\"name\"";
  default:
    return "what a DDL has no use for: nothing is evaluated; write the value itself, or take it away";
  }
}

class Tokenizer {
public:
  Tokenizer(std::string_view text, RubyReport& report) : text_{text}, report_{report} {}

  std::vector<RubyToken> all();

private:
  // Each takes what it is named after, or refuses.
  void one();
  void skip_line();
  void skip_long_comment();
  void line_end();
  void word();
  void number();
  void symbol();
  void quoted(char quote);
  void pattern(const RubyDelimiters& delimiters);
  void percent();
  void words_of_list(const RubyDelimiters& delimiters, Kind kind);

  [[nodiscard]] bool skipped_blank();
  [[nodiscard]] bool at_line_of(std::string_view word) const;
  std::string take_name();
  void take_digits(std::string& digits);
  void finish_number(RubyToken token, const std::string& digits);
  void add(Kind kind, std::string text);
  void add(RubyToken token);
  void refuse_next();

  RubyText text_;
  RubyReport& report_;
  RubyPlace begin_;
  std::vector<RubyToken> tokens_;
};

std::vector<RubyToken> Tokenizer::all()
{
  while (!report_.refused() && !text_.at_end() && !at_line_of("__END__")) {
    if (!skipped_blank()) {
      begin_ = text_.place();
      one();
    }
  }
  begin_ = text_.place();
  for (const auto kind : {Kind::line_end, Kind::end}) {
    tokens_.push_back({kind, begin_, {}, {}});
  }
  return std::move(tokens_);
}

bool Tokenizer::skipped_blank()
{
  if (blanks.find(text_.next()) != std::string_view::npos) {
    text_.take();
  } else if (text_.rest().starts_with("\\\n")) {
    text_.skip(2);
  } else if (text_.rest().starts_with("\\\r\n")) {
    text_.skip(3);
  } else if (text_.next() == '#') {
    skip_line();
  } else if (at_line_of("=begin")) {
    skip_long_comment();
  } else {
    return false;
  }
  return true;
}

void Tokenizer::one()
{
  const char next = text_.next();
  if (next == '\n' || next == ';') {
    line_end();
  } else if (is_ruby_letter(next)) {
    word();
  } else if (is_ruby_digit(next) || (next == '-' && is_ruby_digit(text_.next(1)))) {
    number();
  } else if (next == '"' || next == '\'') {
    quoted(next);
  } else if (next == ':') {
    symbol();
  } else if (next == '/') {
    text_.take();
    pattern({'/', '/'});
  } else if (next == '%') {
    percent();
  } else if (text_.rest().starts_with("=>")) {
    text_.skip(2);
    add(Kind::punctuation, "=>");
  } else if (marks.find(next) != std::string_view::npos) {
    add(Kind::punctuation, std::string(1, text_.take()));
  } else {
    refuse_next();
  }
}

void Tokenizer::refuse_next()
{
  const auto rest = text_.rest();
  const auto shown = rest.starts_with("<<") ? rest.substr(0, 2) : rest.substr(0, next_code_point(rest).bytes);
  report_.refuse(text_.place(), fmt::format("found {}, {}", shown_term(shown), hint_for(rest)));
}

void Tokenizer::skip_line()
{
  while (!text_.at_end() && text_.next() != '\n') {
    text_.take();
  }
}

bool Tokenizer::at_line_of(std::string_view word) const
{
  const auto rest = text_.rest();
  return text_.place().column == 1 && rest.starts_with(word) &&
         (rest.size() == word.size() ||
          std::string_view{" \t\r\n"}.find(rest[word.size()]) != std::string_view::npos);
}

void Tokenizer::skip_long_comment()
{
  const auto begin = text_.place();
  do {
    skip_line();
    text_.take();
  } while (!text_.at_end() && !at_line_of("=end"));
  if (text_.at_end()) {
    report_.refuse(begin, "this comment is not closed: write =end on a line of its own");
  }
  skip_line();
}

void Tokenizer::line_end()
{
  text_.take();
  if (tokens_.empty() || tokens_.back().kind != Kind::line_end) {
    add(Kind::line_end, "");
  }
}

std::string Tokenizer::take_name()
{
  std::string name;
  while (is_ruby_letter(text_.next()) || is_ruby_digit(text_.next())) {
    name += text_.take();
  }
  const bool asks = text_.next() == '?' || text_.next() == '!';
  if (asks && text_.next(1) != '=') {
    name += text_.take();
  }
  return name;
}

void Tokenizer::word()
{
  auto name = take_name();
  const bool is_label = text_.next() == ':' && text_.next(1) != ':';
  text_.skip(is_label ? 1 : 0);
  add(is_label ? Kind::label : Kind::word, std::move(name));
}

void Tokenizer::symbol()
{
  const char next = text_.next(1);
  if (is_ruby_letter(next)) {
    text_.take();
    add(Kind::symbol, take_name());
  } else if (next == '"' || next == '\'') {
    text_.skip(2);
    const auto escapes = next == '"' ? RubyEscapes::all : RubyEscapes::few;
    add(Kind::symbol, read_quoted(text_, {next, next}, escapes, begin_, report_));
  } else {
    refuse_next();
  }
}

void Tokenizer::quoted(char quote)
{
  text_.take();
  const auto escapes = quote == '"' ? RubyEscapes::all : RubyEscapes::few;
  auto read = read_quoted(text_, {quote, quote}, escapes, begin_, report_);
  const bool is_label = text_.next() == ':' && text_.next(1) != ':';
  text_.skip(is_label ? 1 : 0);
  add(is_label ? Kind::label : Kind::text, std::move(read));
}

void Tokenizer::pattern(const RubyDelimiters& delimiters)
{
  RubyToken token{Kind::pattern, begin_, {}, {}};
  token.text = read_quoted(text_, delimiters, RubyEscapes::kept, begin_, report_);
  while (is_ruby_letter(text_.next())) {
    token.flags += text_.take();
  }
  add(std::move(token));
}

// %q(…), %Q[…], %w<…>, %r{…}, %(…): whatever is no letter, digit or blank can be the quote.
void Tokenizer::percent()
{
  const char letter = is_ruby_letter(text_.next(1)) ? text_.next(1) : 'Q';
  const char quote = text_.next(is_ruby_letter(text_.next(1)) ? 2 : 1);
  const bool is_quote = quote > ' ' && quote < '\x7f' && !is_ruby_letter(quote) && !is_ruby_digit(quote);
  if (!is_quote || std::string_view{"qQwir"}.find(letter) == std::string_view::npos) {
    refuse_next();
    return;
  }
  text_.skip(is_ruby_letter(text_.next(1)) ? 3 : 2);
  const auto delimiters = delimiters_of(quote);
  if (letter == 'r') {
    pattern(delimiters);
  } else if (letter == 'w' || letter == 'i') {
    words_of_list(delimiters, letter == 'w' ? Kind::text : Kind::symbol);
  } else {
    const auto escapes = letter == 'q' ? RubyEscapes::few : RubyEscapes::all;
    add(Kind::text, read_quoted(text_, delimiters, escapes, begin_, report_));
  }
}

void Tokenizer::words_of_list(const RubyDelimiters& delimiters, Kind kind)
{
  const auto read = read_quoted(text_, delimiters, RubyEscapes::few, begin_, report_);
  add(Kind::punctuation, "[");
  std::string_view rest{read};
  while (!report_.refused() && !rest.empty()) {
    const auto end = std::min(rest.find_first_of(" \t\r\n\f\v"), rest.size());
    if (end > 0) {
      add(kind, std::string{rest.substr(0, end)});
      add(Kind::punctuation, ",");
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  add(Kind::punctuation, "]");
}

void Tokenizer::take_digits(std::string& digits)
{
  while (is_ruby_digit(text_.next()) || (text_.next() == '_' && is_ruby_digit(text_.next(1)))) {
    const char taken = text_.take();
    if (taken != '_') {
      digits += taken;
    }
  }
}

void Tokenizer::number()
{
  std::string digits;
  if (text_.next() == '-') {
    digits += text_.take();
  }
  const bool begins_with_zero = text_.next() == '0';
  const auto sign = digits.size();
  take_digits(digits);
  if (begins_with_zero && digits.size() > sign + 1) {
    report_.refuse(
        begin_, "found a number that begins with 0, which is octal in Ruby: write it as a decimal one");
    return;
  }
  RubyToken token{Kind::integer, begin_, {}, {}};
  if (text_.next() == '.' && is_ruby_digit(text_.next(1))) {
    token.kind = Kind::floating;
    digits += text_.take();
    take_digits(digits);
  }
  const bool exponent = text_.next() == 'e' || text_.next() == 'E';
  const bool sign_of_exponent = text_.next(1) == '-' || text_.next(1) == '+';
  if (exponent && is_ruby_digit(text_.next(sign_of_exponent ? 2 : 1))) {
    token.kind = Kind::floating;
    digits += text_.take();
    digits += text_.take();
    take_digits(digits);
  }
  finish_number(std::move(token), digits);
}

void Tokenizer::finish_number(RubyToken token, const std::string& digits)
{
  const auto* end = digits.data() + digits.size();
  const auto read = token.kind == Kind::integer ? std::from_chars(digits.data(), end, token.integer)
                                                : std::from_chars(digits.data(), end, token.floating);
  if (read.ec != std::errc{} || read.ptr != end || is_ruby_letter(text_.next())) {
    report_.refuse(begin_, "found a number that is none of 64 bits: write a decimal one");
    return;
  }
  token.text = digits;
  add(std::move(token));
}

void Tokenizer::add(Kind kind, std::string text)
{
  add(RubyToken{kind, begin_, std::move(text), {}});
}

void Tokenizer::add(RubyToken token)
{
  if (report_.refused()) {
    return;
  }
  if (tokens_.size() >= most_ruby_tokens) {
    report_.refuse(
        begin_,
        fmt::format("found more than {} words and signs: this is no DDL of one agent", most_ruby_tokens));
    return;
  }
  tokens_.push_back(std::move(token));
}

// False, and refused, if no reader of text could make sense of it.
bool is_text(std::string_view bytes, RubyReport& report)
{
  if (bytes.size() > largest_ruby_ddl) {
    report.refuse(
        {}, fmt::format("a DDL has at most {} bytes: this is no DDL of one agent", largest_ruby_ddl));
    return false;
  }
  RubyText text{bytes};
  while (!text.at_end()) {
    const auto step = next_code_point(text.rest());
    if (!step.valid || step.code_point == 0) {
      report.refuse(text.place(), "found a byte that belongs to no character: write the file in UTF-8");
      return false;
    }
    text.skip(step.bytes);
  }
  return true;
}

}  // namespace

std::vector<RubyToken> ruby_tokens(std::string_view text, RubyReport& report)
{
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  if (!is_text(text, report)) {
    return {{RubyToken::Kind::end, {}, {}, {}}};
  }
  return Tokenizer{text, report}.all();
}

}  // namespace muster::ddl
