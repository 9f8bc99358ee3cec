// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include "libmuster/error.hpp"

namespace muster::collector {

// The days on which a rule changes the clocks, each in one of the three forms of POSIX.
struct MonthWeekDay {  // Mm.w.d: the w-th d of the month m; w is 5 for the last one, d is 0 for Sunday
  unsigned month = 1;
  unsigned week = 1;
  unsigned weekday = 0;
};

struct JulianDay {  // Jn: 1 to 365, without 29 February
  int day = 1;
};

struct DayOfYear {  // n: 0 to 365, with 29 February
  int day = 0;
};

struct YearlyChange {
  std::variant<MonthWeekDay, JulianDay, DayOfYear> day;
  std::chrono::seconds time{
      std::chrono::hours{2}};  // after the beginning of the day, by the clocks until then
};

struct SummerTime {
  std::chrono::seconds offset{0};
  YearlyChange begin;
  YearlyChange end;
};

// How a zone goes on for ever after the times that its file lists: the TZ string of POSIX ("Base
// Definitions", 8.3) with the extension of RFC 8536, 3.3.1 (hours from -167 to 167). A plain value.
class ZoneRule {
public:
  // "CET-1CEST,M3.5.0,M10.5.0/3". invalid_input: that is not its grammar. Of hostile bytes.
  static Expected<ZoneRule> parse(std::string_view text);

  // East of Greenwich is positive.
  [[nodiscard]] std::chrono::seconds offset_at(std::chrono::sys_seconds time) const;

private:
  std::chrono::seconds standard_{0};
  std::optional<SummerTime> summer_;
};

}  // namespace muster::collector
