// SPDX-License-Identifier: Apache-2.0
#include "collector/state/time_period.hpp"

#include <algorithm>
#include <optional>

namespace muster::collector {

using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr minutes whole_day = hours{24};
constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

// What is before the separator, or all; the rest stays in `text`.
std::string_view take_until(std::string_view& text, char separator)
{
  const auto found = text.find(separator);
  const auto part = text.substr(0, found);
  text.remove_prefix(found == std::string_view::npos ? text.size() : found + 1);
  return part;
}

std::optional<std::size_t> parse_day(std::string_view name)
{
  const auto* const found = std::find(day_names.begin(), day_names.end(), name);
  return found == day_names.end() ? std::nullopt
                                  : std::optional{static_cast<std::size_t>(found - day_names.begin())};
}

// "mon", "mon-fri", "fri-mon,wed"; nothing if it is none of these.
std::optional<std::vector<std::size_t>> parse_days(std::string_view text)
{
  std::vector<std::size_t> days;
  if (text.ends_with(',')) {
    return {};
  }
  do {
    auto part = take_until(text, ',');
    const bool several = part.find('-') != std::string_view::npos;
    const auto first = parse_day(take_until(part, '-'));
    const auto last = several ? parse_day(part) : first;
    if (!first || !last) {
      return {};
    }
    for (auto day = *first;; day = (day + 1) % day_names.size()) {
      days.push_back(day);
      if (day == *last) {
        break;
      }
    }
  } while (!text.empty());
  return days;
}

std::optional<int> two_digits(std::string_view text)
{
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (text.size() != 2 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return {};
  }
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// "08:30", up to "24:00".
std::optional<minutes> parse_time(std::string_view text)
{
  const auto hour = two_digits(take_until(text, ':'));
  const auto minute = two_digits(text);
  if (!hour || !minute || *minute >= 60) {
    return {};
  }
  const auto time = hours{*hour} + minutes{*minute};
  return time > whole_day ? std::nullopt : std::optional{time};
}

std::string_view trimmed(std::string_view text)
{
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// Takes it off the end. Times begin with a digit, so that nothing else can stand there.
std::string take_zone_name(std::string_view& text)
{
  text = trimmed(text);
  const auto blank = text.rfind(' ');
  const auto last = text.substr(blank == std::string_view::npos ? text.size() : blank + 1);
  if (last.empty() || (last.front() >= '0' && last.front() <= '9')) {
    return {};
  }
  text.remove_suffix(last.size());
  return std::string{last};
}

// When the clocks are put, between two times that they show with different offsets.
Time next_change(const TimeZone& zone, Time before, Time after)
{
  const auto offset = zone.offset_at(before);
  while (after - before > std::chrono::milliseconds{1}) {
    const auto middle = before + (after - before) / 2;
    (zone.offset_at(middle) == offset ? before : after) = middle;
  }
  return after;
}

std::vector<std::string> lines_of(std::string_view text)
{
  std::vector<std::string> lines;
  do {
    lines.emplace_back(trimmed(take_until(text, ';')));
  } while (!text.empty() && lines.size() <= TimePeriod::most_lines);
  return lines;
}

}  // namespace

TimePeriod TimePeriod::always()
{
  TimePeriod period{TimeZone::utc()};
  for (auto& day : period.week_) {
    day.emplace_back(minutes{0}, whole_day);
  }
  return period;
}

Expected<TimePeriod> TimePeriod::parse(const std::vector<std::string>& lines, TimeZone zone)
{
  if (lines.size() > most_lines) {
    return failure(
        ErrorCode::invalid_input, "a time period has at most " + std::to_string(most_lines) + " lines");
  }
  TimePeriod period{std::move(zone)};
  for (const auto& line : lines) {
    if (line.size() > longest_line || !period.add_line(line)) {
      return failure(
          ErrorCode::invalid_input,
          "\"" + line.substr(0, longest_line) + R"(" is no time of the week; write "mon-fri 08:00-17:00")");
    }
  }
  return period;
}

Expected<TimePeriod> TimePeriod::parse(std::string_view text, const ZoneByName& zone_named)
{
  const auto name = take_zone_name(text);
  if (name.empty()) {
    return parse(lines_of(text), TimeZone::utc());
  }
  if (!is_zone_name(name)) {
    return failure(
        ErrorCode::invalid_input,
        "\"" + name.substr(0, longest_line) + R"(" is no name of a time zone; write "Europe/Berlin")");
  }
  auto zone = zone_named(name);
  if (!zone) {
    return tl::unexpected<Error>{std::move(zone.error())};
  }
  return parse(lines_of(text), std::move(*zone));
}

bool TimePeriod::add_line(std::string_view line)
{
  const auto days = parse_days(take_until(line, ' '));
  if (!days || line.ends_with(',')) {
    return false;
  }
  std::size_t ranges = 0;
  do {
    auto part = take_until(line, ',');
    const auto from = parse_time(take_until(part, '-'));
    const auto until = parse_time(part);
    if (!from || !until || *from == *until || ++ranges > most_ranges_a_line) {
      return false;
    }
    for (const auto day : *days) {
      add(day, {*from, *until});
    }
  } while (!line.empty());
  return true;
}

void TimePeriod::add(std::size_t weekday, Range range)
{
  if (range.first < range.second) {
    week_.at(weekday).push_back(range);
    return;
  }
  week_.at(weekday).emplace_back(range.first, whole_day);
  week_.at((weekday + 1) % days_a_week).emplace_back(minutes{0}, range.second);
}

bool TimePeriod::contains(Time time) const
{
  const auto local = std::chrono::floor<minutes>(time + zone_.offset_at(time));
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto of_day = local - day;
  const auto& ranges = week_.at(std::chrono::weekday{day}.c_encoding());
  return std::any_of(ranges.begin(), ranges.end(), [of_day](const Range& range) {
    return range.first <= of_day && of_day < range.second;
  });
}

// As if the clocks were never put. A range of the first day may have begun, and one of seven days later may
// be the first.
std::optional<Time> TimePeriod::next_by_clock(Time local) const
{
  const auto today = std::chrono::floor<std::chrono::days>(local);
  for (std::size_t ahead = 0; ahead <= days_a_week; ++ahead) {
    const auto day = today + std::chrono::days{ahead};
    std::optional<Time> first;
    for (const auto& [from, until] : week_.at(std::chrono::weekday{day}.c_encoding())) {
      if (local < day + until) {
        first = std::min(first.value_or(Time::max()), std::max<Time>(local, day + from));
      }
    }
    if (first) {
      return first;
    }
  }
  return {};
}

// Where the clocks are put on the way, what they show is looked at anew from that moment.
std::optional<Time> TimePeriod::next_inside(Time from) const
{
  const auto last = from + search;
  while (from < last) {
    const auto offset = zone_.offset_at(from);
    const auto found = next_by_clock(from + offset);
    if (!found) {
      return {};
    }
    const auto time = *found - offset;
    if (zone_.offset_at(time) == offset) {
      return time;
    }
    from = next_change(zone_, from, time);
    if (contains(from)) {
      return from;
    }
  }
  return {};
}

}  // namespace muster::collector
