// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/state/time_period.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

// One entry of `schedules:` in collector.yaml, checked: which checks are asked for, of whom, and how often. A
// plain value: whoever holds it owns it.
struct ScheduleEntry {
  std::string name;                    // as in `mco schedule run NAME`; no two entries share one
  std::vector<std::string> checks;     // empty: all that a node has
  std::vector<std::string> arguments;  // only of a single check
  std::string as;                      // what a run with arguments is called; empty: it has none
  Filter filter;                       // it compiles
  std::string collective = "main";
  std::chrono::milliseconds every{0};  // 1 s to 1 day
  // Within so long after the request each node starts at a moment of its own; splay + timeout <= every.
  std::chrono::milliseconds splay{0};
  std::chrono::milliseconds timeout{0};  // what a plugin may take

  std::string period;                        // its name among `periods:`
  std::shared_ptr<const TimePeriod> during;  // that period: only then anybody is asked; null: always

  // Of the state that results of this entry make; unset: as everywhere. Nothing of the schedule reads them.
  std::optional<std::uint32_t> max_attempts;
  std::optional<std::chrono::milliseconds> retry;
  std::optional<std::chrono::milliseconds> freshness;

  bool operator==(const ScheduleEntry&) const = default;
};

}  // namespace muster::collector
