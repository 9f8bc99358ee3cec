// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/schedule/period_settings.hpp"
#include "collector/schedule/schedule_entry.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::collector {

// More than anybody looks after by hand; each costs a request in its interval.
inline constexpr std::size_t most_schedules = 500;

// Reads `schedules:` of collector.yaml, a list of maps (docs/collector.md). Complains about each fault where
// it stands; what is returned then is of no use.
std::vector<ScheduleEntry> read_schedules(
    runtime::SettingsReader& reader, runtime::Complaints& complaints, const Periods& periods);

}  // namespace muster::collector
