// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/doctor/finding.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli::doctor {

// Clocks that differ by more are told; by the second number, requests are refused.
inline constexpr std::chrono::milliseconds clock_offset_worth_telling{2000};
inline constexpr std::chrono::milliseconds clock_offset_refused{30'000};

// What a node says of itself when another one has its name.
bool tells_of_a_double(const std::string& health);

// "set this machine's clock …", "copy alice@ops1.pub …": what to do about a refusal.
std::string fix_of(protocol::Refusal reason, const std::string& caller);

// What the nodes' presences and their answers to a ping tell. All pure.
Finding judge_clock(const fleet::FleetReport& report);
Findings judge_fleet(const fleet::FleetReport& report, const std::string& caller);

}  // namespace muster::cli::doctor
