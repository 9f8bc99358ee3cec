// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// A node whose clock differs from ours by more is told: its times must be corrected to be compared.
inline constexpr std::chrono::milliseconds clock_offset_worth_telling{2000};

enum class SinceWhen { of_the_gone, of_everybody };

// Who did not answer as it should, a list with a heading for each way to fail: no response (the lost, then
// the gone with their ages), still running, refused (with the reason), clock off. With `verbose` also what
// the nodes say is broken on them. Each list begins with an empty line; no list, no text.
std::string fate_lists(const fleet::FleetReport& report, const OutputOptions& options, SinceWhen since_when);

// What a node that refused said: "refused: clock - …". Not printable yet.
std::string refusal_text(const fleet::FleetReport& report, const fleet::NodeAccount& node, Zone zone);

}  // namespace muster::cli
