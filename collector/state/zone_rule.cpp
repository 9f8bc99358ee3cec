// SPDX-License-Identifier: Apache-2.0
#include "collector/state/zone_rule.hpp"

#include <algorithm>
#include <cctype>

namespace muster::collector {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr int most_offset_hours = 24;
constexpr int most_rule_hours = 167;
constexpr int last_week = 5;
constexpr int last_day_of_year = 365;
constexpr std::size_t shortest_name = 3;

bool is_digit(char letter)
{
  return letter >= '0' && letter <= '9';
}

// Eats a TZ string from its front. After the first mistake it eats nothing any more.
class RuleReader {
public:
  explicit RuleReader(std::string_view text) : text_{text} {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }

  [[nodiscard]] bool good() const { return good_; }

  [[nodiscard]] bool next_is(char letter) const { return good_ && !text_.empty() && text_.front() == letter; }

  bool eat(char letter)
  {
    if (!next_is(letter)) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }

  void must_eat(char letter) { good_ = eat(letter) && good_; }

  int number(int least, int most)
  {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < text_.size() && is_digit(text_[digits]) && value <= most; ++digits) {
      value = value * 10 + (text_[digits] - '0');
    }
    good_ = good_ && digits > 0 && value >= least && value <= most;
    text_.remove_prefix(good_ ? digits : 0);
    return value;
  }

  // "CET" or "<+03>"
  void name()
  {
    const bool quoted = eat('<');
    const auto is_part = [quoted](char letter) {
      const bool alphabetic = std::isalpha(static_cast<unsigned char>(letter)) != 0;
      return alphabetic || (quoted && (is_digit(letter) || letter == '+' || letter == '-'));
    };
    const auto length =
        static_cast<std::size_t>(std::find_if_not(text_.begin(), text_.end(), is_part) - text_.begin());
    good_ = good_ && length >= shortest_name;
    text_.remove_prefix(length);
    if (quoted) {
      must_eat('>');
    }
  }

  // "-1", "5:30", "-3:00:00"
  seconds signed_time(int most_hours)
  {
    const bool negative = eat('-');
    if (!negative) {
      eat('+');
    }
    seconds time = hours{number(0, most_hours)};
    if (eat(':')) {
      time += minutes{number(0, 59)};
    }
    if (eat(':')) {
      time += seconds{number(0, 59)};
    }
    return negative ? -time : time;
  }

  YearlyChange change()
  {
    must_eat(',');
    YearlyChange change;
    if (eat('M')) {
      change.day = month_week_day();
    } else if (eat('J')) {
      change.day = JulianDay{number(1, last_day_of_year)};
    } else {
      change.day = DayOfYear{number(0, last_day_of_year)};
    }
    if (eat('/')) {
      change.time = signed_time(most_rule_hours);
    }
    return change;
  }

private:
  MonthWeekDay month_week_day()
  {
    MonthWeekDay day;
    day.month = static_cast<unsigned>(number(1, 12));
    must_eat('.');
    day.week = static_cast<unsigned>(number(1, last_week));
    must_eat('.');
    day.weekday = static_cast<unsigned>(number(0, 6));
    return day;
  }

  std::string_view text_;
  bool good_ = true;
};

sys_days day_in(std::chrono::year year, const MonthWeekDay& day)
{
  const std::chrono::month month{day.month};
  const std::chrono::weekday weekday{day.weekday};
  if (day.week == last_week) {
    return sys_days{year / month / weekday[std::chrono::last]};
  }
  return sys_days{year / month / weekday[day.week]};
}

sys_days day_in(std::chrono::year year, const JulianDay& day)
{
  constexpr int last_of_february = 59;
  const int leap_day = year.is_leap() && day.day > last_of_february ? 1 : 0;
  return sys_days{year / std::chrono::January / 1} + days{day.day - 1 + leap_day};
}

sys_days day_in(std::chrono::year year, const DayOfYear& day)
{
  return sys_days{year / std::chrono::January / 1} + days{day.day};
}

std::chrono::sys_seconds moment_in(std::chrono::year year, const YearlyChange& change, seconds offset_before)
{
  const auto day = std::visit([year](const auto& kind) { return day_in(year, kind); }, change.day);
  return day + change.time - offset_before;
}

}  // namespace

Expected<ZoneRule> ZoneRule::parse(std::string_view text)
{
  RuleReader reader{text};
  ZoneRule rule;
  reader.name();
  // POSIX counts west of Greenwich, everybody else east.
  rule.standard_ = -reader.signed_time(most_offset_hours);
  if (reader.good() && !reader.at_end()) {
    SummerTime summer;
    reader.name();
    const bool hour_ahead = reader.next_is(',');
    summer.offset = hour_ahead ? rule.standard_ + hours{1} : -reader.signed_time(most_offset_hours);
    summer.begin = reader.change();
    summer.end = reader.change();
    rule.summer_ = summer;
  }
  if (!reader.good() || !reader.at_end()) {
    return failure(ErrorCode::invalid_input, "the rule of a time zone is not in the form of POSIX");
  }
  return rule;
}

seconds ZoneRule::offset_at(std::chrono::sys_seconds time) const
{
  if (!summer_) {
    return standard_;
  }
  const auto today = std::chrono::floor<days>(time + standard_);
  const auto year = std::chrono::year_month_day{today}.year();
  const auto begin = moment_in(year, summer_->begin, standard_);
  const auto end = moment_in(year, summer_->end, summer_->offset);
  // South of the equator summer lasts over the new year.
  const bool in_summer = begin < end ? begin <= time && time < end : !(end <= time && time < begin);
  return in_summer ? summer_->offset : standard_;
}

}  // namespace muster::collector
