// SPDX-License-Identifier: Apache-2.0
#include "libmuster/ddl/ruby_pattern.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "libmuster/ddl/ddl.hpp"
#include "libmuster/ddl/ruby_text.hpp"
#include "libmuster/model/pattern.hpp"
#include "libmuster/model/shown_term.hpp"

namespace muster::ddl {

namespace {

constexpr std::string_view signs = "\\.+*?()|[]{}^$-";    // that RE2 wants a backslash before, to be plain
constexpr std::string_view blank_set = R"(\t\n\v\f\r )";  // Ruby's \s; RE2's leaves \v out
constexpr std::string_view not_blank_set = R"(\x00-\x08\x0e-\x1f\x21-\x{10ffff})";
constexpr std::string_view hex_set = "0-9a-fA-F";

bool is_in(char c, std::string_view set)
{
  return set.find(c) != std::string_view::npos;
}

class Translation {
public:
  explicit Translation(std::string_view pattern) : rest_{pattern} {}

  Expected<TranslatedPattern> with(std::string_view flags);

private:
  // Each reads one thing and appends it as RE2 writes it, or fails.
  void piece();
  void escape();
  void letter_escape(char letter);
  void group();
  void special_group();
  void named_group();
  void options_group();
  void quantifier();
  void interval();
  void nothing_repeats();
  void set();
  void set_member();
  void set_escape();
  void named_set();
  void after_a_set();
  bool common_escape(char letter);
  void code_point(std::size_t most_digits);
  void property(char letter);
  void literal(char letter);

  [[nodiscard]] char next(std::size_t ahead = 0) const { return ahead < rest_.size() ? rest_[ahead] : '\0'; }

  char take();
  void copy(std::size_t bytes);
  void fail(std::string_view why);

  std::string_view rest_;
  TranslatedPattern result_;
  std::size_t set_begin_ = 0;  // in the result, behind the [ or [^
  std::optional<std::string> failure_;
};

void Translation::fail(std::string_view why)
{
  failure_ = failure_.value_or(std::string{why});
  rest_ = {};
}

char Translation::take()
{
  const char taken = next();
  rest_.remove_prefix(std::min<std::size_t>(rest_.size(), 1));
  return taken;
}

void Translation::copy(std::size_t bytes)
{
  const auto copied = rest_.substr(0, bytes);
  result_.text += copied;
  rest_.remove_prefix(copied.size());
}

Expected<TranslatedPattern> Translation::with(std::string_view flags)
{
  std::string options;
  for (const char flag : flags) {
    if (flag == 'i' || flag == 'm') {
      options += flag == 'm' ? 's' : 'i';  // Ruby's m lets the dot match a line's end: RE2 calls that s
    } else if (flag != 'o') {
      fail(std::string{"RE2 has no flag "} + flag + ": write the expression without it");
    }
  }
  result_.text = options.empty() ? "" : "(?" + options + ")";
  while (!rest_.empty()) {
    piece();
  }
  if (failure_) {
    return failure(ErrorCode::invalid_input, *failure_);
  }
  if (!result_.text.empty()) {
    if (const auto compiled = Pattern::compile(result_.text); !compiled) {
      return tl::unexpected{compiled.error()};
    }
  }
  return std::move(result_);
}

void Translation::piece()
{
  const char sign = next();
  if (sign == '\\') {
    escape();
  } else if (sign == '[') {
    set();
  } else if (sign == '(') {
    group();
  } else if (sign == '{') {
    interval();
  } else if (is_in(sign, "*+?")) {
    quantifier();
  } else {
    result_.line_anchors = result_.line_anchors || sign == '^' || sign == '$';
    copy(1);
  }
}

void Translation::quantifier()
{
  copy(1);
  if (next() == '?') {
    copy(1);
  }
  nothing_repeats();
}

void Translation::nothing_repeats()
{
  if (next() != '\0' && is_in(next(), "*+?")) {
    fail(
        "RE2 has no possessive quantifiers, and repeats no repetition: write one quantifier, or (?:...) "
        "round the first");
  }
}

// {2}, {2,}, {,2} or {2,4}; every other { is plain.
void Translation::interval()
{
  const auto end = rest_.find('}');
  const auto inside = end == std::string_view::npos ? std::string_view{} : rest_.substr(1, end - 1);
  const bool fits = inside.find_first_not_of("0123456789,") == std::string_view::npos &&
                    inside.find_first_of("0123456789") != std::string_view::npos &&
                    std::count(inside.begin(), inside.end(), ',') <= 1;
  if (!fits) {
    take();
    result_.text += "\\{";
    return;
  }
  const bool exact = inside.find(',') == std::string_view::npos;
  result_.text += inside.front() == ',' ? "{0" : "{";
  take();
  copy(end);
  if (!exact && next() == '?') {
    copy(1);
  }
  nothing_repeats();
}

void Translation::group()
{
  if (next(1) != '?') {
    copy(1);
  } else {
    special_group();
  }
}

void Translation::special_group()
{
  const auto begin = rest_.substr(0, 4);
  if (begin.starts_with("(?:")) {
    copy(3);
  } else if (begin.starts_with("(?=") || begin.starts_with("(?!")) {
    fail(
        "RE2 cannot look ahead, (?=...) or (?!...): write what may stand there, and leave the rest to the "
        "agent");
  } else if (begin == "(?<=" || begin == "(?<!") {
    fail(
        "RE2 cannot look behind, (?<=...) or (?<!...): write what may stand there, and leave the rest to the "
        "agent");
  } else if (begin.starts_with("(?<")) {
    named_group();
  } else if (begin.starts_with("(?>")) {
    fail("RE2 has no atomic groups, (?>...): write (?:...)");
  } else {
    options_group();
  }
}

// The name is for whoever looks at what was found, which nobody does here.
void Translation::named_group()
{
  rest_.remove_prefix(3);
  while (is_ruby_letter(next()) || is_ruby_digit(next())) {
    take();
  }
  if (take() != '>') {
    fail("found a group whose name is not closed: write (?<name>...)");
    return;
  }
  result_.text += '(';
}

// (?i-m:...), and (?i) where everything stands behind it.
void Translation::options_group()
{
  const bool at_beginning = result_.text.empty();
  std::string options;
  rest_.remove_prefix(2);
  while (is_in(next(), "im-") && next() != '\0') {
    const char letter = take();
    options += letter == 'm' ? 's' : letter;
  }
  const char end = take();
  if (options.empty() || options.back() == '-' || (end != ':' && !(end == ')' && at_beginning))) {
    fail("found a group that RE2 does not have: write (?:...)");
    return;
  }
  result_.text += "(?" + options + end;
}

void Translation::escape()
{
  take();
  if (rest_.empty()) {
    fail("found a backslash at the end: write \\\\ for a plain one");
    return;
  }
  const char letter = take();
  if (!common_escape(letter)) {
    letter_escape(letter);
  }
}

// What means the same between [ and ] and outside.
bool Translation::common_escape(char letter)
{
  if (is_in(letter, "dwDWntrfva")) {
    result_.text += {'\\', letter};
  } else if (letter == 'e') {
    result_.text += "\\x1b";
  } else if (letter == 'x') {
    code_point(2);
  } else if (letter == 'u') {
    code_point(4);
  } else if (letter == 'p' || letter == 'P') {
    property(letter);
  } else if (is_in(letter, "cCM")) {
    fail("RE2 has no escapes of control characters: write \\x and two digits");
  } else {
    return false;
  }
  return true;
}

void Translation::letter_escape(char letter)
{
  if (is_in(letter, "bBAz")) {
    result_.text += {'\\', letter};
    result_.ascii_only = result_.ascii_only || letter == 'b' || letter == 'B';
  } else if (letter == 'Z') {
    result_.text += "(?:\\n?\\z)";
  } else if (letter == 's' || letter == 'S') {
    result_.text.append(letter == 's' ? "[" : "[^").append(blank_set).append("]");
  } else if (letter == 'h' || letter == 'H') {
    result_.text.append(letter == 'h' ? "[" : "[^").append(hex_set).append("]");
  } else if (letter == '0') {
    fail("found an octal escape: write \\x and two digits");
  } else if (is_ruby_digit(letter) || letter == 'k' || letter == 'g') {
    fail(fmt::format("RE2 cannot refer back, \\{}: write out what may stand there", letter));
  } else if (is_in(letter, "KRXG")) {
    fail(fmt::format("RE2 has no \\{}: write the expression without it", letter));
  } else {
    literal(letter);
  }
}

void Translation::literal(char letter)
{
  result_.text += is_in(letter, signs) ? "\\" : "";
  result_.text += letter;
}

// \x41, \u00e9 or \u{e9}, whose letter is taken already.
void Translation::code_point(std::size_t most_digits)
{
  const bool braces = most_digits == 4 && next() == '{';
  rest_.remove_prefix(braces ? 1 : 0);
  std::string digits;
  while (digits.size() < (braces ? 6 : most_digits) && hex_digit_of(next()) >= 0) {
    digits += take();
  }
  const bool is_byte = most_digits == 2 && digits.size() == 2 && digits.front() > '7';
  if (digits.empty() || is_byte || (braces && take() != '}')) {
    fail("found an escape that is no character of its own: write the character itself");
    return;
  }
  result_.text += "\\x{" + digits + "}";
}

// \p{Greek}: whether RE2 knows the name, it says itself.
void Translation::property(char letter)
{
  const auto end = rest_.find('}');
  if (next() != '{' || end == std::string_view::npos) {
    fail("found \\p without a name: write \\p{L}");
    return;
  }
  result_.text += {'\\', letter};
  copy(end + 1);
}

void Translation::set()
{
  copy(next(1) == '^' ? 2 : 1);
  set_begin_ = result_.text.size();
  if (next() == ']') {
    take();
    result_.text += "\\]";
  }
  while (!rest_.empty() && next() != ']') {
    set_member();
  }
  if (rest_.empty()) {
    fail("found a [ that is not closed: write the ] that is missing");
  }
  copy(1);
}

void Translation::set_member()
{
  if (rest_.starts_with("[:")) {
    named_set();
  } else if (next() == '[') {
    fail("RE2 has no sets in sets, [a[b]]: write all in one, or \\[ for a plain [");
  } else if (rest_.starts_with("&&")) {
    fail("RE2 cannot intersect sets, [a&&b]: write what is in both");
  } else if (rest_.starts_with("--")) {
    fail("found -- between [ and ]: write \\- for a plain -");
  } else if (next() == '\\') {
    set_escape();
  } else {
    copy(1);
  }
}

void Translation::named_set()
{
  const auto end = rest_.find(":]");
  if (end == std::string_view::npos) {
    fail("found a [: that is not closed: write [:alpha:], or \\[ for a plain [");
    return;
  }
  result_.ascii_only = true;
  copy(end + 2);
  after_a_set();
}

// Between a set and another character - is plain in Ruby; RE2 must not take it for a range.
void Translation::after_a_set()
{
  if (next() == '-') {
    take();
    result_.text += "\\-";
  }
}

void Translation::set_escape()
{
  const auto end = result_.text.size();
  const bool in_range = end > set_begin_ + 1 && result_.text[end - 1] == '-' && result_.text[end - 2] != '\\';
  take();
  const char letter = take();
  const bool is_set = is_in(letter, "dwsDWShpP");
  if (is_set && in_range) {
    fail("found a range that ends in a set, [a-\\d]: write \\- for a plain -");
  } else if (letter == 's' || letter == 'S') {
    result_.text += letter == 's' ? blank_set : not_blank_set;
  } else if (letter == 'h') {
    result_.text += hex_set;
  } else if (letter == 'b') {
    result_.text += "\\x08";
  } else if (is_ruby_digit(letter) || is_in(letter, "HRXKGkg")) {
    fail(fmt::format("RE2 has no \\{} between [ and ]: write the characters themselves", letter));
  } else if (letter == '\0') {
    fail("found a backslash at the end: write \\\\ for a plain one");
  } else if (!common_escape(letter)) {
    literal(letter);
  }
  if (is_set) {
    after_a_set();
  }
}

}  // namespace

Expected<TranslatedPattern> translate_ruby_pattern(std::string_view pattern, std::string_view flags)
{
  if (pattern.size() > longest_ddl_text) {
    return failure(
        ErrorCode::invalid_input, fmt::format("an expression has at most {} bytes", longest_ddl_text));
  }
  auto translated = Translation{pattern}.with(flags);
  if (!translated) {
    return tl::unexpected{translated.error().with_context(shown_term(pattern))};
  }
  return translated;
}

}  // namespace muster::ddl
