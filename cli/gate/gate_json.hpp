// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/gate/comparison.hpp"
#include "cli/gate/ending.hpp"
#include "cli/gate/observation.hpp"
#include "cli/output/json_report.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli::gate {

// The file that a fleet is compared with, and when it was saved.
struct StateFile {
  const std::string& name;
  protocol::Time saved;
};

// What `--json` prints, whole: docs/json/gate.schema.json, gate_compare.schema.json, gate_save.schema.json.
// Safe on a terminal; ends with a line feed.
std::string gate_json(
    const Observation& seen,
    const Ending& ending,
    const fleet::FleetReport& report,
    const JsonContext& context);

std::string compare_json(
    const Comparison& comparison,
    const Ending& ending,
    const StateFile& before,
    const fleet::FleetReport& report,
    const JsonContext& context);

std::string save_json(
    const Observation& seen,
    const std::string& file,
    const fleet::FleetReport& report,
    const JsonContext& context);

}  // namespace muster::cli::gate
