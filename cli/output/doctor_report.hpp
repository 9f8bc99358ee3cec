// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/doctor/finding.hpp"
#include "cli/doctor/judge_node.hpp"
#include "cli/output/text_style.hpp"

namespace muster::cli {

// "problem  round trip: what came; fix: what to do", with a line feed. Safe on a terminal.
std::string finding_text(const doctor::Finding& finding, const TextStyle& style);

// The last line: "9 ok, 1 warning, 0 problems", with a line feed.
std::string tally_text(const doctor::Findings& findings);

// What became of one node, and what was found.
struct ExaminedNode {
  doctor::NodeFacts facts;
  doctor::Findings findings;
};

// What `mco doctor --json` prints, whole: docs/json/doctor.schema.json and doctor_node.schema.json describe
// it.
std::string doctor_json(const doctor::Findings& findings, int exit_status);
std::string doctor_node_json(
    const doctor::Findings& findings, const std::vector<ExaminedNode>& nodes, int exit_status);

}  // namespace muster::cli
