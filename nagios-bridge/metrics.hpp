// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "nagios-bridge/bridge_health.hpp"

namespace muster::bridge {

// The bridge's state in Prometheus' text format (0.0.4), for the textfile collector of node_exporter: the
// setting `metrics_file`, a file that ends in .prom. Written so often.
inline constexpr std::chrono::seconds metrics_every{15};

std::string metrics_text(const BridgeHealth& health);

}  // namespace muster::bridge
