// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "nagios-bridge/model/mapping.hpp"
#include "nagios-bridge/queue_feed.hpp"

namespace muster::bridge {

// Whose rules hold for the names that a sink of this kind hands over.
Monitor monitor_behind(std::string_view kind);

// The names of a feed by a mapping.
Naming naming_by(Monitor monitor, MappingRules rules);

}  // namespace muster::bridge
