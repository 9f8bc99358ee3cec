// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/schedule/schedule_entry.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// What is asked of the collective when an entry is due: agent `nrpe`, answers of those that refuse only,
// since the runs themselves come as check results. The name of a run with arguments travels as the input
// `as`.
//
// Who asks, in which session, under which id and when is left open: caller, session, id and sent are the
// sender's to fill in. Pure.
protocol::Request scheduled_request(const ScheduleEntry& entry);

// Whether the request of this entry is one that may be sent: nothing of a request can be cut. Pure.
bool fits_a_request(const ScheduleEntry& entry);

}  // namespace muster::collector
