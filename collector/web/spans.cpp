// SPDX-License-Identifier: Apache-2.0
#include "collector/web/spans.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "libmuster/protocol/utc_text.hpp"

namespace muster::collector::web {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::optional<std::int64_t> number_of(std::string_view text)
{
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  return whole && number >= 0 ? std::optional{number} : std::nullopt;
}

std::optional<seconds> unit_of(std::string_view text)
{
  constexpr std::array<std::pair<std::string_view, seconds>, 7> units{{
      {"", seconds{1}},
      {"s", seconds{1}},
      {"m", seconds{60}},
      {"h", hours{1}},
      {"d", hours{24}},
      {"w", hours{24 * 7}},
      {"y", hours{24 * 365}},
  }};
  const auto* const found =
      std::find_if(units.begin(), units.end(), [&](const auto& unit) { return unit.first == text; });
  return found == units.end() ? std::nullopt : std::optional{found->second};
}

// The digits of "2026-11-24 00:42" at their places, or nothing.
std::optional<std::array<int, 5>> parts_of(std::string_view text)
{
  constexpr std::string_view shape = "0000-00-00 00:00";
  constexpr std::array<std::pair<std::size_t, std::size_t>, 5> places{
      {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}}};
  const bool fits = text.size() == shape.size() && text[4] == '-' && text[7] == '-' &&
                    (text[10] == ' ' || text[10] == 'T') && text[13] == ':';
  std::array<int, 5> parts{};
  for (std::size_t place = 0; fits && place < places.size(); ++place) {
    const auto number = number_of(text.substr(places.at(place).first, places.at(place).second));
    if (!number) {
      return std::nullopt;
    }
    parts.at(place) = static_cast<int>(*number);
  }
  return fits ? std::optional{parts} : std::nullopt;
}

}  // namespace

Expected<seconds> parse_span(std::string_view text)
{
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = number_of(text.substr(0, digits));
  const auto unit = unit_of(text.substr(digits));
  if (!number || !unit) {
    return failure(ErrorCode::invalid_input, "expected a time such as 30m, 4h, 2d or 1w");
  }
  if (*number > longest_span / *unit) {
    return failure(ErrorCode::invalid_input, "expected at most ten years");
  }
  return *unit * *number;
}

std::string age_text(milliseconds age)
{
  constexpr std::array<std::pair<seconds, std::string_view>, 4> units{{
      {hours{48}, " d"},
      {hours{1}, " h"},
      {seconds{60}, " min"},
      {seconds{1}, " s"},
  }};
  for (const auto& [least, name] : units) {
    if (age >= least) {
      const seconds one = least == hours{48} ? hours{24} : least;
      return std::to_string(age / one) + std::string{name};
    }
  }
  return "now";
}

std::string clock_text(Time time)
{
  auto text = protocol::utc_text(time);  // 2026-11-22T19:16:31.042Z
  text.resize(std::min<std::size_t>(text.size(), 19));
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text + " UTC";
}

Expected<Time> parse_clock(std::string_view text)
{
  const auto parts = parts_of(text);
  if (parts) {
    const auto& [year, month, day, hour, minute] = *parts;
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    if (date.ok() && hour < 24 && minute < 60) {
      return Time{std::chrono::sys_days{date} + hours{hour} + std::chrono::minutes{minute}};
    }
  }
  return failure(ErrorCode::invalid_input, "expected a time such as 2026-11-24 18:30, in UTC");
}

}  // namespace muster::collector::web
