// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "libmuster/client/client_settings.hpp"
#include "libmuster/error.hpp"
#include "libmuster/fleet/fleet_report.hpp"
#include "nagios-bridge/export/definitions.hpp"

namespace muster::bridge {

struct AskedFleet {
  fleet::FleetReport report;           // of listcommands to every node
  std::optional<Intervals> intervals;  // absent: there is no collector, or it does not tell
};

// Asks every node for its checks, and a collector, if there is one, how often they are run. Blocks for at
// most three times the wait of the settings and the time to connect. Fails as client::ask does.
Expected<AskedFleet> ask_fleet(const client::ClientSettings& settings);

}  // namespace muster::bridge
