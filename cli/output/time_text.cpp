// SPDX-License-Identifier: Apache-2.0
#include "cli/output/time_text.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace muster::cli {

namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

// What four digits of a year can show; a node may send any number.
constexpr Milliseconds earliest = sys_days{std::chrono::year{1} / 1 / 2};
constexpr Milliseconds latest = sys_days{std::chrono::year{9999} / 12 / 30};

minutes offset_of(Milliseconds time, Zone zone)
{
  if (zone == Zone::utc) {
    return minutes{0};
  }
  const auto shown = std::clamp(time, earliest, latest);
  const std::time_t point = std::chrono::floor<seconds>(shown).time_since_epoch().count();
  std::tm local{};
  if (localtime_r(&point, &local) == nullptr) {
    return minutes{0};
  }
  return std::chrono::duration_cast<minutes>(seconds{local.tm_gmtoff});
}

std::string date_and_time(Milliseconds time, minutes offset)
{
  const auto shown = std::clamp(time, earliest, latest) + offset;
  const auto day = std::chrono::floor<days>(shown);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(shown) - day};
  return fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
      static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()),
      clock.hours().count(),
      clock.minutes().count(),
      clock.seconds().count());
}

std::string offset_text(minutes offset)
{
  const auto size = std::chrono::abs(offset).count();
  return fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', size / 60, size % 60);
}

// Hundredths of a millisecond, rounded, in integers: no locale and no binary fraction can change a digit.
std::string hundredths(microseconds duration)
{
  const auto count = (std::max(duration, microseconds{0}).count() + 5) / 10;
  return fmt::format("{}.{:02}", count / 100, count % 100);
}

}  // namespace

std::string iso_8601(Milliseconds time, minutes offset)
{
  return date_and_time(time, offset) + offset_text(offset);
}

std::string iso_8601(Milliseconds time, Zone zone)
{
  return iso_8601(time, offset_of(time, zone));
}

std::string iso_8601_precise(Milliseconds time, Zone zone)
{
  const auto offset = offset_of(time, zone);
  const auto shown = std::clamp(time, earliest, latest);
  const auto fraction = (shown - std::chrono::floor<seconds>(shown)).count();
  return fmt::format("{}.{:03}{}", date_and_time(time, offset), fraction, offset_text(offset));
}

std::string age_text(seconds age)
{
  using std::chrono::hours;
  const auto shown = std::max(age, seconds{0});
  if (shown < minutes{1}) {
    return fmt::format("{} s", shown.count());
  }
  if (shown < hours{1}) {
    return fmt::format("{} min", std::chrono::floor<minutes>(shown).count());
  }
  if (shown < days{1}) {
    return fmt::format("{} h", std::chrono::floor<hours>(shown).count());
  }
  return fmt::format("{} d", std::chrono::floor<days>(shown).count());
}

std::string duration_text(microseconds duration)
{
  if (duration < seconds{10}) {
    return hundredths(duration) + " ms";
  }
  const auto tenths = (duration.count() + 50'000) / 100'000;
  return fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

std::string milliseconds_text(microseconds duration)
{
  return hundredths(duration);
}

}  // namespace muster::cli
