// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/output/json_report.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_request.hpp"

namespace muster::cli {

// A table over the fleet: a line for each node, a column for each fact or for name, version, agents,
// collectives, classes.
struct TableColumns {
  std::vector<std::string> names;  // as typed, at least one

  // The facts among them.
  [[nodiscard]] std::vector<std::string> facts() const;
};

// "name,os.family,version"; at most so many as a line can show.
inline constexpr std::size_t most_columns = 32;
Expected<TableColumns> parse_columns(const std::string& text);

// Sets agent, action and data: no more is asked than the columns need.
void ask_for(const TableColumns& columns, fleet::Question& question);

struct FleetTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // a cell for each column; not printable yet
};

FleetTable make_fleet_table(const TableColumns& columns, const fleet::FleetReport& report);

// Aligned, with the headline and who did not answer.
std::string fleet_table_text(
    const FleetTable& table, const fleet::FleetReport& report, const OutputOptions& options);

// RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
std::string fleet_table_csv(const FleetTable& table);

// docs/json/fleet_table.schema.json
std::string fleet_table_json(
    const FleetTable& table, const fleet::FleetReport& report, const JsonContext& context);

}  // namespace muster::cli
