// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "libmuster/fleet/fleet_report.hpp"
#include "libmuster/fleet_check/count_threshold.hpp"
#include "libmuster/fleet_check/findings.hpp"

// What check_mco says: pure, from what is known to text and exit status. The format is that of the
// Monitoring Plugins guidelines: a line, `|` and perfdata, then further lines.
namespace muster::fleet_check {

// Nagios reads plugins with a buffer of 8 KiB (MAX_PLUGIN_OUTPUT_LENGTH), its terminating NUL included.
inline constexpr std::size_t most_bytes = 8191;
// What one node's plugin said is passed on as whole as check_nrpe does it. It is the most that a node takes
// from a plugin; Nagios 4 and Icinga 2 read it all.
inline constexpr std::size_t most_passed_on = 65'536;

struct PluginResult {
  CheckState state = CheckState::unknown;
  std::string text;  // printable, ends in a line feed
};

// What was asked, and how it is to be judged.
struct Assignment {
  std::string check;
  CountThresholds thresholds;
  Strictness strictness;  // with the nodes that are named
};

// The worst state of all nodes, or what the thresholds make of the number of problems. UNKNOWN if nobody was
// meant; not better than UNKNOWN if it is not known who is there.
CheckState judge(const Findings& findings, const Assignment& assignment);

// The answer of the fleet. One node that is named, without thresholds, is told as its own plugin tells it, so
// that check_mco can stand in the place of check_nrpe. A run that was interrupted, or that lost the broker,
// is a failure.
PluginResult result_of(
    const fleet::FleetReport& report, const Assignment& assignment, std::chrono::microseconds took);

// A failure of our own: UNKNOWN, one line.
PluginResult failed(const std::string& check, const std::string& why);

}  // namespace muster::fleet_check
