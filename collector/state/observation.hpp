// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/state/service_state.hpp"
#include "libmuster/model/check_result.hpp"

namespace muster::collector {

// Who asked for a run, by the origin of its result: that is the caller of the request, so that what the
// schedule of a collector has asked for says "collector@mon1". A word without '@' is a schedule, too.
Observation::Origin origin_of(std::string_view origin);

// What a check result says to the state machines. `taken`: when the collector took it in. Its times must be
// corrected already.
Observation observation_of(const CheckResult& result, Time taken, bool replayed);

}  // namespace muster::collector
