// SPDX-License-Identifier: Apache-2.0
#include "cli/output/ping_report.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"

namespace muster::cli {

namespace {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;
using std::chrono::microseconds;

constexpr std::size_t name_width = 40;  // MCollective's

std::vector<const NodeAccount*> fastest_first(const FleetReport& report)
{
  std::vector<const NodeAccount*> nodes;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::done) {
      nodes.push_back(&node);
    }
  }
  std::sort(nodes.begin(), nodes.end(), [](const NodeAccount* left, const NodeAccount* right) {
    return std::tie(left->round_trip, left->name) < std::tie(right->round_trip, right->name);
  });
  return nodes;
}

std::string statistics(const std::vector<const NodeAccount*>& nodes)
{
  if (nodes.empty()) {
    return "No responses received\n";
  }
  const auto sum = std::accumulate(
      nodes.begin(), nodes.end(), microseconds{0}, [](microseconds so_far, const NodeAccount* node) {
        return so_far + node->round_trip;
      });
  const auto count = static_cast<microseconds::rep>(nodes.size());
  return fmt::format(
      "{} replies max: {} min: {} avg: {}\n",
      nodes.size(),
      milliseconds_text(nodes.back()->round_trip),
      milliseconds_text(nodes.front()->round_trip),
      milliseconds_text((sum + microseconds{count / 2}) / count));
}

}  // namespace

std::string ping_text(const FleetReport& report, const OutputOptions& options)
{
  const auto nodes = fastest_first(report);
  auto text = interrupted_text(report, options);
  for (const auto* node : nodes) {
    text += fmt::format(
        "{} time={} ms\n", padded(one_line(node->name), name_width), milliseconds_text(node->round_trip));
  }
  text += nodes.empty() ? "" : "\n\n";
  text += "---- ping statistics ----\n" + statistics(nodes);
  if (nobody_was_meant(report)) {
    text += nobody_text(report, options);
  }
  return text + fate_lists(report, options, SinceWhen::of_everybody);
}

}  // namespace muster::cli
