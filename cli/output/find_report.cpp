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

// Names alone would pass for all there are.
std::string missing_text(const FleetReport& report, FoundBy found_by)
{
  const auto count = [&report, found_by](auto... fates) {
    return std::count_if(report.nodes.begin(), report.nodes.end(), [=](const NodeAccount& node) {
      return ((node.fate == fates) || ...) && !is_found(node, found_by);
    });
  };
  const auto refused = count(fleet::Fate::refused);
  const auto silent = count(fleet::Fate::lost, fleet::Fate::late);
  if (refused + silent == 0) {
    return {};
  }
  return fmt::format(
      "Missing here: {}{}{} (-v names them)\n",
      refused > 0 ? fmt::format("{} refused", refused) : "",
      refused > 0 && silent > 0 ? ", " : "",
      silent > 0 ? fmt::format("{} gave no response", silent) : "");
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
  } else {
    text += missing_text(report, found_by);
  }
  return text;
}

}  // namespace muster::cli
