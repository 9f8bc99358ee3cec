// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "cli/output/output_options.hpp"
#include "cli/output/rpc_report.hpp"
#include "libmuster/fleet/fleet_report.hpp"

// How `mco package`, `mco service` and `mco puppet` show the replies of their agents.
namespace muster::cli {

// What one reply says, in a few words; of a reply that is well. Not printable yet.
using ReplyLine = std::function<std::string(const protocol::Answer&)>;

// "   web1: running", a line for each reply that is shown, the names flush right; with an empty line behind.
// A reply that failed says why; one that says more than OK ("accepted: …") says that. Nothing for no reply.
std::string application_lines(
    const fleet::FleetReport& report, const ReplyLine& line, Shown shown, const OutputOptions& options);

// "nginx-1.22.1-9.amd64", "absent"
std::string package_line(const protocol::Answer& answer);
// "3 outdated: bash 5.2, curl 7.88"
std::string updates_line(const protocol::Answer& answer);
// "running"
std::string service_line(const protocol::Answer& answer);
// "Currently stopped; last completed run 9 minutes 11 seconds ago"
std::string puppet_line(const protocol::Answer& answer);

// `mco puppet count`, from replies to puppet's status: how many nodes are enabled, applying, …
std::string puppet_count_text(const fleet::FleetReport& report);

}  // namespace muster::cli
