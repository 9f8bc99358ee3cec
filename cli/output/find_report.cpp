// SPDX-License-Identifier: Apache-2.0
#include "cli/output/find_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"

namespace muster::cli {

namespace {

using fleet::FleetReport;
using fleet::NodeAccount;

// The lists without those that presence alone has found, which are no loss.
FleetReport without_found(FleetReport report, FoundBy found_by)
{
  std::erase_if(report.nodes, [found_by](const NodeAccount& node) {
    return node.fate != fleet::Fate::done && is_found(node, found_by);
  });
  return report;
}

}  // namespace

std::string find_text(const FleetReport& report, FoundBy found_by)
{
  std::string text;
  for (const auto& node : report.nodes) {
    if (is_found(node, found_by)) {
      text += one_line(node.name) + "\n";
    }
  }
  return text;
}

std::string find_remarks(const FleetReport& report, FoundBy found_by, const OutputOptions& options)
{
  auto text = interrupted_text(report, options);
  const auto found =
      std::count_if(report.nodes.begin(), report.nodes.end(), [found_by](const NodeAccount& node) {
        return is_found(node, found_by);
      });
  if (found == 0 && nobody_was_meant(report)) {
    text += nobody_text(report, options);
  }
  if (options.verbose) {
    text += fmt::format("Discovered {} nodes in {}\n", found, duration_text(report.total));
    text += fate_lists(without_found(report, found_by), options, SinceWhen::of_everybody);
  }
  return text;
}

}  // namespace muster::cli
