// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/output/time_text.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::cli {

// Everything that is known of a row of the list: of a check its whole output, since when, its attempts, who
// takes care, its states and what has happened; of a node that is not up since when. `key` is that of the
// row, `told` the collector's status, `history` its history of that check, empty as long as it has not come.
// The lines are safe to show and as long as they are. Pure.
std::vector<std::string> details_lines(
    const std::string& key,
    const protocol::json::object& told,
    const protocol::json::object& history,
    Milliseconds now,
    Zone zone);

}  // namespace muster::cli
