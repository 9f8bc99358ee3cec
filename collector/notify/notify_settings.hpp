// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "collector/notify/receiver.hpp"
#include "collector/schedule/period_settings.hpp"
#include "libmuster/runtime/settings_reader.hpp"

namespace muster::collector {

// Each has a queue of its own, and costs a look at every event.
inline constexpr std::size_t most_receivers = 50;

// Reads `notify:` of collector.yaml, a list of maps (docs/collector.md). A relative path starts at `folder`.
// Complains about each fault where it stands; what is returned then is of no use.
std::vector<Receiver> read_receivers(
    runtime::SettingsReader& reader,
    runtime::Complaints& complaints,
    const std::filesystem::path& folder,
    const Periods& periods);

}  // namespace muster::collector
