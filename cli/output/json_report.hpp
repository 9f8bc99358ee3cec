// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/output/found_nodes.hpp"
#include "cli/output/nrpe_view.hpp"
#include "cli/output/time_text.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// What a report does not know of its own request.
struct JsonContext {
  std::string request_id;
  int exit_status = 0;
  Zone zone = Zone::local;
};

// What `mco node forget` did, and what it did not: the name of a node and why.
struct Forgotten {
  std::vector<std::string> forgotten;
  std::vector<std::pair<std::string, std::string>> kept;
};

// What `--json` prints, whole: docs/json/{nrpe,ping,find,forget}.schema.json describe it. Every node has its
// fate in it. Safe on a terminal; ends with a line feed.
std::string nrpe_json(const fleet::FleetReport& report, const NrpeView& view, const JsonContext& context);
std::string ping_json(const fleet::FleetReport& report, const JsonContext& context);
std::string find_json(const fleet::FleetReport& report, FoundBy found_by, const JsonContext& context);
std::string forget_json(
    const fleet::FleetReport& report, const Forgotten& result, const JsonContext& context);

// Of a command that could not do anything: docs/json/failure.schema.json.
std::string failure_json(const std::vector<Error>& errors, int exit_status);

}  // namespace muster::cli
