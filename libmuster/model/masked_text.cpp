// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/masked_text.hpp"

#include <algorithm>
#include <utility>

#include "libmuster/model/decimal.hpp"

namespace muster {

namespace {

constexpr char placeholder = '\0';
constexpr std::string_view replaced_nul = "\xEF\xBF\xBD";  // U+FFFD

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_word(char c)
{
  return is_letter(c) || is_digit(c);
}

std::size_t digits_length(std::string_view text)
{
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::size_t word_length(std::string_view text)
{
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_word) - text.begin());
}

// A name: words joined by single points or hyphens.
std::size_t name_length(std::string_view text)
{
  auto length = word_length(text);
  while (length + 1 < text.size() && (text[length] == '.' || text[length] == '-') &&
         is_word(text[length + 1])) {
    length += 1 + word_length(text.substr(length + 1));
  }
  return length;
}

// `e-05` at the start of the text, not the beginning of a word.
std::size_t exponent_length(std::string_view text)
{
  if (text.size() < 3 || (text[0] != 'e' && text[0] != 'E') || (text[1] != '-' && text[1] != '+')) {
    return 0;
  }
  const auto digits = digits_length(text.substr(2));
  return digits == 0 ? 0 : 2 + digits;
}

bool is_fraction(std::string_view text)
{
  return text.size() >= 2 && text[0] == '.' && is_digit(text[1]);
}

// The number at the start of `text`, which is a digit. 0 if the digits are the beginning of a chain.
std::size_t unsigned_number_length(std::string_view text)
{
  auto length = digits_length(text);
  if (is_fraction(text.substr(length))) {
    length += 1 + digits_length(text.substr(length + 1));
    if (is_fraction(text.substr(length))) {
      return 0;
    }
  }
  return length + exponent_length(text.substr(length));
}

bool sign_may_follow(char c)
{
  return std::string_view{" \t\n([{=:"}.find(c) != std::string_view::npos;
}

// Walks over the text once and takes its numbers out.
class Masker {
public:
  explicit Masker(std::string_view text) : text_{text} {}

  MaskedText run()
  {
    while (at_ < text_.size()) {
      step();
    }
    return std::move(masked_);
  }

private:
  void step()
  {
    const auto rest = text_.substr(at_);
    const bool sign = starts_signed(rest);
    if (sign || is_digit(rest.front())) {
      take_number(rest, sign ? 1 : 0);
    } else if (is_letter(rest.front())) {
      keep(name_length(rest));
    } else {
      keep(1);
    }
  }

  [[nodiscard]] bool starts_signed(std::string_view rest) const
  {
    return rest.size() >= 2 && (rest[0] == '-' || rest[0] == '+') && is_digit(rest[1]) &&
           (at_ == 0 || sign_may_follow(text_[at_ - 1]));
  }

  void take_number(std::string_view rest, std::size_t sign)
  {
    const auto length = unsigned_number_length(rest.substr(sign));
    if (length == 0 || masked_.numbers.size() == max_masked_numbers) {
      keep(sign + name_length(rest.substr(sign)));
      return;
    }
    masked_.numbers.emplace_back(rest.substr(0, sign + length));
    masked_.pattern += placeholder;
    at_ += sign + length;
    keep(word_length(text_.substr(at_)));  // a unit, and whatever digits are glued to it
  }

  void keep(std::size_t bytes)
  {
    for (const char c : text_.substr(at_, bytes)) {
      if (c == placeholder) {
        masked_.pattern += replaced_nul;
      } else {
        masked_.pattern += c;
      }
    }
    at_ += bytes;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  MaskedText masked_;
};

double value_of(const std::string& number)
{
  return parse_decimal(number).value_or(0);
}

// The column of one number over all texts.
class NumberSpan {
public:
  void add(const std::string& number)
  {
    const auto value = value_of(number);
    if (lowest_ == nullptr || value < lowest_value_) {
      lowest_ = &number;
      lowest_value_ = value;
    }
    if (highest_ == nullptr || value > highest_value_) {
      highest_ = &number;
      highest_value_ = value;
    }
  }

  [[nodiscard]] std::string text() const
  {
    return lowest_value_ < highest_value_ ? *lowest_ + ".." + *highest_ : *lowest_;
  }

private:
  const std::string* lowest_ = nullptr;
  const std::string* highest_ = nullptr;
  double lowest_value_ = 0;
  double highest_value_ = 0;
};

}  // namespace

MaskedText mask_numbers(std::string_view text)
{
  return Masker{text}.run();
}

std::string render_ranges(const std::vector<MaskedText>& texts)
{
  if (texts.empty()) {
    return {};
  }
  const auto& first = texts.front();
  std::vector<NumberSpan> spans(first.numbers.size());
  for (const auto& masked : texts) {
    if (masked.pattern != first.pattern || masked.numbers.size() != spans.size()) {
      continue;
    }
    for (std::size_t i = 0; i < spans.size(); ++i) {
      spans[i].add(masked.numbers[i]);
    }
  }
  std::string text;
  auto span = spans.begin();
  for (const char c : first.pattern) {
    if (c == placeholder && span != spans.end()) {
      text += (span++)->text();
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace muster
