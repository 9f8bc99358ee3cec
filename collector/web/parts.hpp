// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/board/board.hpp"
#include "collector/web/html.hpp"
#include "collector/web/spans.hpp"

// The small things that pages are made of. Pure.
namespace muster::collector::web {

// By CheckState.
using StateCounts = std::array<std::uint64_t, 4>;

// The order in which states are shown.
inline constexpr std::array<CheckState, 4> worst_first{
    CheckState::critical, CheckState::unknown, CheckState::warning, CheckState::ok};

// "/nodes/web1", "/nodes/web1/check_load", "/checks/check_load"
std::string node_address(std::string_view node);
std::string service_address(std::string_view node, std::string_view check);
std::string check_address(std::string_view check);

// "12,345"
std::string grouped(std::uint64_t number);

// "0.42", "12ms", "31.32 GiB": a value of perfdata, short enough for a person.
std::string amount_text(double value, std::string_view unit);

// "1 node", "1,200 nodes"
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

// "12 min", with the moment itself behind it; the script keeps it going.
Html age(Time since, Time now);

// CRITICAL, as a word in its colour.
Html state_badge(CheckState state);

// A line whose parts are as wide as their numbers.
Html share_bar(const StateCounts& counts);

// "3 critical  1 warning  12 ok", each in its colour; what is 0 is left out.
Html counts_text(const StateCounts& counts);

// What else is to be known of a service, as small marks: not confirmed, flapping, acknowledged, …
Html marks(const ShownService& service, Time now);
Html care_marks(
    const std::optional<ShownAcknowledgement>& acknowledgement,
    const std::optional<ShownDowntime>& downtime,
    Time now);

struct RowOptions {
  bool with_node = true;
  bool with_check = true;
  bool can_choose = false;  // a box for the form that acknowledges
};

// A service as one row of a list.
Html service_row(const ShownService& service, Time now, const RowOptions& options);

// A text in one line, cut at a character.
std::string in_one_line(std::string_view text, std::size_t most_bytes);

// What has happened, the newest first.
Html event_list(const std::vector<StoredEvent>& events, Time now);

// A sentence where a list would be.
Html nothing(std::string_view sentence);

}  // namespace muster::collector::web
