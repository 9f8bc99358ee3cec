// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "collector/state/time_period.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::collector {

using Periods = std::map<std::string, TimePeriod>;

// Reads `periods:` of collector.yaml, names with times of the week: `work: "mon-fri 08:00-18:00
// Europe/Berlin"`. Zones are read from /usr/share/zoneinfo. Complains about each fault where it stands.
Periods read_periods(runtime::SettingsReader& reader, runtime::Complaints& complaints);

// The period that `key` names, `always` without it; complains about a name that is not there.
TimePeriod read_period(runtime::SettingsReader& reader, std::string_view key, const Periods& periods);

}  // namespace muster::collector
