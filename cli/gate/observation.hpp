// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/nrpe_view.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"
#include "libmuster/model/check_state.hpp"

namespace muster::cli::gate {

// One check that ran on one node. The texts are the node's: not printable yet.
struct Reading {
  std::string node;
  std::string check;
  CheckState state = CheckState::unknown;
  std::string summary;
  std::string details{};
  std::chrono::microseconds run_time{};
};

// Results that are not there.
struct Gap {
  std::string node;
  std::vector<std::string> checks;  // empty: of a node whose checks nobody knows
  bool whole_node = false;          // it said nothing at all, or nothing about checks
  std::string why;                  // perhaps the node's words: not printable yet

  [[nodiscard]] std::size_t weight() const { return checks.empty() ? 1 : checks.size(); }
};

// What one try has learned of the fleet.
struct Observation {
  std::vector<std::string> checks;  // asked for by name; empty: every check
  std::vector<Reading> readings;    // by node, then by check
  std::vector<Gap> missing;         // should have come, by node
  std::vector<Gap> absent;          // nodes that need not have answered: gone, or not meant
  std::size_t expected = 0;         // readings and missing results, counted one by one
  std::string doubt;                // why even this may not be all: "nobody was meant: …"; empty: it is all
};

// A node that refused, is late or lost is missing; so is a gone one that was named or with `strict`; and so
// is a check that a node did not run, because it is not defined there or for another reason of its own.
Observation observe(
    const fleet::FleetReport& report, const NrpeView& view, const Strictness& strictness, Zone zone);

}  // namespace muster::cli::gate
