// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// "       Start Time: …": a label, its value, and a line feed.
std::string statistics_line(std::string_view label, std::string_view value);

// MCollective's block of numbers under its caption: Nodes, Pass / Fail, Start, Discovery, Agent and Total
// Time.
std::string statistics_block(
    std::string_view caption,
    const fleet::FleetReport& report,
    std::size_t passed,
    std::size_t failed,
    const OutputOptions& options);

// Second answers and messages that broke the protocol, with a few reasons; nothing if there were none.
std::string ignored_text(const fleet::FleetReport& report);

}  // namespace muster::cli
