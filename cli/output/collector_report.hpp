// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/output/output_options.hpp"
#include "libmuster/protocol/json.hpp"

// What the collector's agent told, as people read it. What it says comes from nodes and is hostile; members
// that are missing or of another type are left out. Safe on a terminal; each ends with a line feed. Pure.
namespace muster::cli {

using WallClock = std::chrono::sys_time<std::chrono::milliseconds>;

std::string status_text(const protocol::json::object& told, WallClock now, const OutputOptions& options);
std::string history_text(const protocol::json::object& told, WallClock now, const OutputOptions& options);
std::string downtime_set_text(const protocol::json::object& told);
std::string downtimes_text(const protocol::json::object& told, WallClock now, const OutputOptions& options);
std::string schedules_text(const protocol::json::object& told, WallClock now, const OutputOptions& options);

// The worst state that needs somebody, as plugins tell it: 0 to 3. 3 also if nothing is known of what was
// asked for.
int status_exit(const protocol::json::object& told);

// A strip of blocks, each the worst state of its share of the time; "·" where nothing is known.
std::string strip_text(const protocol::json::array& parts, std::size_t columns, const TextStyle& style);

}  // namespace muster::cli
