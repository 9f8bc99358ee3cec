// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_quotes.hpp"

#include <string_view>

#include "libmuster/model/shown_term.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::ddl {

namespace {

constexpr char32_t last_code_point = 0x10FFFF;

// What stands for one character after a backslash, and that character.
constexpr std::string_view short_escapes = "n\nt\ts r\re\033a\ab\bf\fv\v";

bool is_scalar(char32_t number)
{
  return number != 0 && number <= last_code_point && (number < 0xD800 || number > 0xDFFF);
}

// As many digits as there are, up to `most`; the number is beyond every limit if there are none.
char32_t take_number(RubyText& text, int base, std::size_t most)
{
  char32_t number = 0;
  std::size_t digits = 0;
  for (; digits < most; ++digits) {
    const int digit = hex_digit_of(text.next());
    if (digit < 0 || digit >= base) {
      break;
    }
    number = number * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
    text.take();
  }
  return digits == 0 ? last_code_point + 1 : number;
}

class QuotedText {
public:
  QuotedText(
      RubyText& text,
      const RubyDelimiters& delimiters,
      RubyEscapes escapes,
      const RubyPlace& begin,
      RubyReport& report)
      : text_{text}, delimiters_{delimiters}, escapes_{escapes}, begin_{begin}, report_{report}
  {}

  std::string read();

private:
  void backslash();
  void any_escape(const RubyPlace& place);
  void code_point(const RubyPlace& place);
  void append_number(const RubyPlace& place, char32_t number, char32_t most);
  [[nodiscard]] bool at_interpolation() const;

  RubyText& text_;
  const RubyDelimiters delimiters_;
  const RubyEscapes escapes_;
  const RubyPlace begin_;
  RubyReport& report_;
  std::string result_;
};

std::string QuotedText::read()
{
  std::size_t open = 1;
  while (!report_.refused()) {
    if (text_.at_end()) {
      report_.refuse(
          begin_,
          "this is not closed: write the " + shown_term({&delimiters_.close, 1}) + " that is missing");
    } else if (text_.next() == '\\') {
      backslash();
    } else if (text_.next() == delimiters_.close && --open == 0) {
      text_.take();
      return std::move(result_);
    } else if (at_interpolation()) {
      report_.refuse(
          text_.place(),
          "found an interpolation, #{...}: nothing is evaluated; write the text itself, or \\# for a plain "
          "#");
    } else {
      open += delimiters_.open != delimiters_.close && text_.next() == delimiters_.open ? 1U : 0U;
      result_ += text_.take();
    }
  }
  return {};
}

bool QuotedText::at_interpolation() const
{
  const char sign = text_.next(1);
  return escapes_ != RubyEscapes::few && text_.next() == '#' && (sign == '{' || sign == '@' || sign == '$');
}

void QuotedText::backslash()
{
  const auto place = text_.place();
  text_.take();
  const char next = text_.next();
  const bool is_quote = next == delimiters_.open || next == delimiters_.close;
  if (text_.at_end()) {
    return;  // told as "not closed"
  }
  if (escapes_ == RubyEscapes::all) {
    any_escape(place);
    return;
  }
  if (escapes_ == RubyEscapes::kept || (next != '\\' && !is_quote)) {
    result_ += '\\';
  }
  result_ += text_.take();
}

void QuotedText::any_escape(const RubyPlace& place)
{
  const char letter = text_.next();
  if (letter == 'u') {
    text_.take();
    code_point(place);
  } else if (letter == 'x') {
    text_.take();
    append_number(place, take_number(text_, 16, 2), 0x7F);
  } else if (is_ruby_digit(letter) && letter < '8') {
    append_number(place, take_number(text_, 8, 3), 0x7F);
  } else if (letter == 'c' || letter == 'C' || letter == 'M') {
    report_.refuse(place, "found the escape of a control character: write \\x and two digits");
  } else if (letter == '\n') {
    text_.take();  // a line that goes on
  } else {
    text_.take();
    std::size_t known = 0;
    while (known < short_escapes.size() && short_escapes[known] != letter) {
      known += 2;
    }
    result_ += known < short_escapes.size() ? short_escapes[known + 1] : letter;
  }
}

void QuotedText::code_point(const RubyPlace& place)
{
  const bool braces = text_.next() == '{';
  text_.skip(braces ? 1 : 0);
  const auto number = take_number(text_, 16, braces ? 6 : 4);
  if (braces && text_.take() != '}') {
    report_.refuse(place, "expected one character in \\u{...}: write the character itself");
    return;
  }
  append_number(place, number, last_code_point);
}

void QuotedText::append_number(const RubyPlace& place, char32_t number, char32_t most)
{
  if (number > most || !is_scalar(number)) {
    report_.refuse(place, "found an escape that is no character of its own: write the character itself");
    return;
  }
  append_utf8(result_, number);
}

}  // namespace

RubyDelimiters delimiters_of(char open) noexcept
{
  constexpr std::string_view pairs = "()[]{}<>";
  const auto found = pairs.find(open);
  return found != std::string_view::npos && found % 2 == 0 ? RubyDelimiters{open, pairs[found + 1]}
                                                           : RubyDelimiters{open, open};
}

std::string read_quoted(
    RubyText& text,
    const RubyDelimiters& delimiters,
    RubyEscapes escapes,
    const RubyPlace& begin,
    RubyReport& report)
{
  return QuotedText{text, delimiters, escapes, begin, report}.read();
}

}  // namespace muster::ddl
