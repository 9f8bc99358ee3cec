// SPDX-License-Identifier: Apache-2.0
#include "libmuster/model/threshold_range.hpp"

#include <cmath>

#include "libmuster/model/decimal.hpp"

namespace muster {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t quoted_bytes = 40;  // how much of a bad range an error message repeats

std::string_view trimmed(std::string_view text)
{
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// A comma would be ambiguous here ("1,10" may be meant as a range), so that it is no decimal point.
std::optional<double> parse_end(std::string_view text)
{
  const auto last = text.find_last_not_of('%');
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  if (text.find(',') != std::string_view::npos) {
    return std::nullopt;
  }
  const auto number = parse_decimal(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<double> parse_start(std::string_view text)
{
  if (text == "~") {
    return -infinity;
  }
  return text.empty() ? std::optional{0.0} : parse_end(text);
}

tl::unexpected<Error> not_a_range(std::string_view text)
{
  return failure(
      ErrorCode::invalid_input,
      "'" + std::string{text.substr(0, quoted_bytes)} +
          "' is no threshold range: write 10, 10:, ~:10, 10:20 or @10:20");
}

}  // namespace

bool ThresholdRange::alerts(double value) const
{
  const bool inside = value >= start && value <= end;
  return inside == alert_inside;
}

Expected<ThresholdRange> parse_threshold_range(std::string_view text)
{
  auto rest = trimmed(text);
  ThresholdRange range;
  if (!rest.empty() && rest.front() == '@') {
    range.alert_inside = true;
    rest.remove_prefix(1);
  }
  const auto colon = rest.find(':');
  const bool has_colon = colon != std::string_view::npos;
  const auto start = has_colon ? parse_start(rest.substr(0, colon)) : std::optional{0.0};
  const auto end_text = has_colon ? rest.substr(colon + 1) : rest;
  const bool open_end = has_colon && colon > 0 && end_text.empty();
  const auto end = open_end ? std::optional{infinity} : parse_end(end_text);
  if (!start || !end || *start > *end) {
    return not_a_range(text);
  }
  range.start = *start;
  range.end = *end;
  return range;
}

std::string to_string(const ThresholdRange& range)
{
  std::string text = range.alert_inside ? "@" : "";
  if (range.start == -infinity) {
    text += "~:";
  } else if (range.start != 0 || range.end == infinity) {
    text += format_decimal(range.start) + ":";
  }
  if (range.end != infinity) {
    text += format_decimal(range.end);
  }
  return text;
}

CheckState evaluate(double value, const Thresholds& thresholds)
{
  if (thresholds.critical && thresholds.critical->alerts(value)) {
    return CheckState::critical;
  }
  if (thresholds.warning && thresholds.warning->alerts(value)) {
    return CheckState::warning;
  }
  return CheckState::ok;
}

}  // namespace muster
