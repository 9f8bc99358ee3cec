// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "collector/schedule/schedule_entry.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector {

// When an entry has its turns. Without a period there is one in each interval. With one, those outside of it
// are left out; and an opening that would have none has one as it opens, or what is asked once a day might
// never be. Pure.

// How far behind the multiples of its interval, counted from 1970, an entry has its turns: from its name
// alone, so that many entries of one interval are spread over it, and two collectors agree, as does one after
// a restart.
std::chrono::milliseconds phase_of(std::string_view name, std::chrono::milliseconds every);

// Whether somebody may be asked then.
bool is_open(const ScheduleEntry& entry, protocol::Time time);

// The first turn after a time.
protocol::Time turn_after(const ScheduleEntry& entry, protocol::Time time);

// The turns from one of them until a time that is not before it.
struct TurnsPassed {
  std::uint64_t count = 0;  // the first among them
  protocol::Time last;
  protocol::Time next;  // behind them
};

// Of an entry with a period no more are counted; a pause of a week has as many turns of six seconds.
inline constexpr std::uint64_t most_turns_counted = 100'000;

TurnsPassed turns_passed(const ScheduleEntry& entry, protocol::Time first, protocol::Time until);

}  // namespace muster::collector
