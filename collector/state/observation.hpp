// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "collector/state/mass_loss.hpp"
#include "collector/state/node_state.hpp"
#include "collector/state/service_state.hpp"
#include "libmuster/model/check_result.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// What the messages of a fleet say to the state machines. Pure.

// Who asked for a run, by the origin of its result: that is the caller of the request, so that what the
// schedule of a collector has asked for says "collector@mon1". A word without '@' is a schedule, too.
Observation::Origin origin_of(std::string_view origin);

// `taken`: when the collector took it in. The times of the result must be corrected already.
Observation observation_of(const CheckResult& result, Time taken, bool replayed);

// By how much a node's clock is ahead of the collector's, and its results with it: they are put right, but
// for what a message takes on a bad day.
inline constexpr std::chrono::milliseconds clock_tolerance{2000};
void correct_clock(CheckResult& result, std::chrono::milliseconds ahead);

// `published`: when the broker took it in.
Sighting sighting_of(const protocol::Presence& presence, Time published, Time now);

// What a node may share with others as the cause of being lost together: its broker, and the facts of its
// site that it announces, if they are a text or a number.
MassLoss::Attributes attributes_of(const protocol::Presence& presence);

}  // namespace muster::collector
