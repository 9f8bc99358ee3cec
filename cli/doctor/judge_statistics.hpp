// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "cli/doctor/finding.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli::doctor {

// A refusal that is older explains nothing that somebody wonders about now.
inline constexpr std::chrono::hours refusal_worth_a_warning{24};

// checkagent needs a few for itself and three for each plugin that runs.
inline constexpr std::int64_t fewest_descriptors = 256;
inline constexpr std::int64_t most_descriptors_percent = 80;

// What a node's own numbers say: whom it has refused last and why, and whether it runs out of descriptors.
// Numbers that an older checkagent does not tell give no finding. Pure; the answer is hostile input.
void judge_statistics(const protocol::Answer& statistics, Findings& findings);

}  // namespace muster::cli::doctor
