// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/board/board.hpp"
#include "libmuster/protocol/json.hpp"

// What the board shows, as JSON: the same for `mco`, the API and the page (docs/collector-api.md). Times are
// milliseconds since 1970, durations milliseconds, states words. What is not known is left out. Pure.
namespace muster::collector {

// A summary in a list is cut to this, at a character: one screen line of the widest terminal. Details and
// perfdata are told of a single check only.
inline constexpr std::size_t most_listed_summary = 240;

protocol::json::object to_json(const FleetCounts& counts);
protocol::json::object to_json(const CollectorHealth& health);
protocol::json::object to_json(const ShownAcknowledgement& acknowledgement);
protocol::json::object to_json(const ShownDowntime& downtime);
protocol::json::object to_json(const ShownNode& node);
protocol::json::object to_json(const StoredEvent& event);
protocol::json::object to_json(const StripPart& part);
protocol::json::object to_json(const PresencePart& part);
protocol::json::object to_json(const ShownSchedule& schedule);
protocol::json::object to_json(const ShownValues& values);

// As one of a list, or on its own with all its output.
protocol::json::object listed(const ShownService& service);
protocol::json::object in_full(const ShownService& service);

}  // namespace muster::collector
