// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>

namespace muster {

namespace {

bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

bool is_mantissa(char c)
{
  return is_digit(c) || c == '.' || c == ',';
}

std::size_t signed_mantissa_length(std::string_view text)
{
  const std::size_t sign = !text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0;
  const auto digits = text.substr(sign);
  const auto end = std::find_if_not(digits.begin(), digits.end(), is_mantissa);
  const auto length = static_cast<std::size_t>(end - digits.begin());
  return length == 0 ? 0 : sign + length;
}

double exponent_of(std::string_view text)
{
  const bool negative = text.front() == '-';
  text.remove_prefix(is_digit(text.front()) ? 0 : 1);
  double exponent = std::numeric_limits<double>::infinity();  // stays, if even the exponent is too big
  std::from_chars(text.data(), text.data() + text.size(), exponent);
  return negative ? -exponent : exponent;
}

// Which side of the range of a double a number without sign lies on, from the place of its first digit that
// counts.
double saturated(std::string_view number)
{
  const auto mantissa = number.substr(0, number.find_first_of("eE"));
  const auto first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) {
    return 0;
  }
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const auto shift = static_cast<double>(point) - static_cast<double>(first);
  const auto exponent = mantissa.size() < number.size() ? exponent_of(number.substr(mantissa.size() + 1)) : 0;
  return shift + exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
}

}  // namespace

std::size_t decimal_length(std::string_view text)
{
  const auto mantissa = signed_mantissa_length(text);
  if (mantissa == 0 || mantissa == text.size() || text[mantissa] != 'e') {
    return mantissa;
  }
  const auto exponent = signed_mantissa_length(text.substr(mantissa + 1));
  return exponent == 0 ? mantissa : mantissa + 1 + exponent;
}

std::optional<double> parse_decimal(std::string_view text)
{
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) {
    text.remove_prefix(1);
  }
  // from_chars also knows "inf", "nan" and a second minus sign; none of them is a number here.
  if (text.empty() || !is_mantissa(text.front())) {
    return std::nullopt;
  }
  std::string number{text};
  std::replace(number.begin(), number.end(), ',', '.');
  double value = 0;
  const auto* const end = number.data() + number.size();
  const auto [stopped, error] = std::from_chars(number.data(), end, value);
  if (error == std::errc::invalid_argument || stopped != end) {
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range) {
    value = saturated(number);
  }
  return negative ? -value : value;
}

std::string format_decimal(double number)
{
  std::array<char, 32> buffer{};  // the shortest form of a double is at most 24 bytes
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return error == std::errc{} ? std::string{buffer.data(), end} : std::string{};
}

}  // namespace muster
