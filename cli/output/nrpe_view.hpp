// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/fleet/fleet_report.hpp"
#include "libmuster/model/check_result.hpp"

namespace muster::cli {

// How many of each state; the index is the state's number.
using StateCounts = std::array<std::size_t, 4>;

// One check on one node. The texts are the node's: not printable yet.
struct CheckRow {
  std::string node;
  CheckResult result;
  std::optional<std::chrono::microseconds> run_time;  // nothing: it answered, but the check did not run
};

struct CheckBlock {
  std::string check;           // empty: what has no result, when every check was asked for
  std::vector<CheckRow> rows;  // worst first, then by the name of the node
  StateCounts counts{};  // with the nodes that refused, are late or lost as UNKNOWN, if asked for by name
};

// What `mco nrpe` shows of a report.
struct NrpeView {
  std::vector<CheckBlock> blocks;  // in the order asked for; by name if every check was
  bool every_check = false;
  StateCounts totals{};    // of all blocks; with `every_check` each missing node is one UNKNOWN
  std::size_t passed = 0;  // nodes that answered, and OK for each check
  std::size_t failed = 0;  // the other ones that answered
};

// `checks`: the names asked for; empty: every check (`--all`). A node that is done but gave no result of a
// check that was asked for by name, or none at all, has a row with UNKNOWN and the reason; so has one that
// could not run every check.
NrpeView make_nrpe_view(const fleet::FleetReport& report, const std::vector<std::string>& checks);

}  // namespace muster::cli
