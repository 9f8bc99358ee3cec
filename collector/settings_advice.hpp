// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "collector/schedule/lease.hpp"
#include "collector/settings.hpp"
#include "libmuster/node/node.hpp"

namespace muster::collector {

// How long after the death of the collector that asks another one may take to ask: the broker sends the will,
// then the claim of the other one stands for a while; the rest is what timers and a busy broker add. Until a
// machine that has lost power is missed it takes longer: docs/collector.md, "Two collectors".
inline constexpr std::chrono::seconds takeover_margin{3};
inline constexpr std::chrono::milliseconds takeover_within =
    node::Node::will_delay + Lease::settle + takeover_margin;

// What is allowed in collector.yaml, and still not what its reader may expect: sentences, for
// `collector --check-config`; none if there is nothing to say. Pure; any thread.
std::vector<std::string> advice_on(const Settings& settings);

}  // namespace muster::collector
