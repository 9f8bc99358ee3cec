// SPDX-License-Identifier: Apache-2.0
#include "cli/output/nrpe_report.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output/coloured_state.hpp"
#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"
#include "cli/output/nrpe_statistics.hpp"
#include "cli/output/same_trouble.hpp"

namespace muster::cli {

namespace {

using fleet::FleetReport;

constexpr std::size_t name_width = 40;  // MCollective's

std::string whole_text(const CheckResult& result)
{
  return result.details.empty() ? result.summary : result.summary + "\n" + result.details;
}

std::string status_line(const std::string& node, CheckState state, const TextStyle& style)
{
  return fmt::format("{} status={}\n", padded(one_line(node), name_width), coloured(state, style));
}

std::string verbose_row(const CheckRow& row, const OutputOptions& options)
{
  auto text = status_line(row.node, row.result.state, options.style) + indented(whole_text(row.result));
  const auto perfdata = one_line(row.result.perfdata);
  if (!perfdata.empty()) {
    text += "    perfdata: " + perfdata + "\n";
  }
  return text + "\n";
}

// "12 hosts CRITICAL  DISK CRITICAL - free space: / 3..41 MB", the rest of the text, and the names.
std::string group_text(const SameTrouble& same, CheckState state, const OutputOptions& options)
{
  const auto end_of_line = std::min(same.text.find('\n'), same.text.size());
  const auto first_line = one_line(std::string_view{same.text}.substr(0, end_of_line));
  std::vector<std::string> names;
  for (const auto& node : same.nodes) {
    names.push_back(one_line(node));
  }
  return fmt::format(
      "{} hosts {}{}{}\n{}{}\n",
      same.nodes.size(),
      coloured(state, options.style),
      first_line.empty() ? "" : "  ",
      first_line,
      indented(std::string_view{same.text}.substr(end_of_line)),
      in_columns(names, options.columns));
}

// The problems of one state; `rows` are of that state only.
std::string problems_text(
    const std::vector<Trouble>& troubles, CheckState state, const OutputOptions& options)
{
  std::string text;
  for (const auto& same : same_troubles(troubles, options.group)) {
    if (same.nodes.size() > 1) {
      text += group_text(same, state, options);
    } else {
      text += status_line(same.nodes.front(), state, options.style) + indented(same.text) + "\n";
    }
  }
  return text;
}

std::string rows_text(const CheckBlock& block, const OutputOptions& options)
{
  std::string text;
  if (options.verbose) {
    for (const auto& row : block.rows) {
      text += verbose_row(row, options);
    }
    return text;
  }
  for (const auto state : {CheckState::critical, CheckState::unknown, CheckState::warning}) {
    std::vector<Trouble> troubles;
    for (const auto& row : block.rows) {
      if (row.result.state == state) {
        troubles.push_back({row.node, "", whole_text(row.result)});
      }
    }
    text += problems_text(troubles, state, options);
  }
  return text;
}

std::string title_of(const CheckBlock& block)
{
  return block.check.empty() ? "without a result" : one_line(block.check);
}

std::string titled(const std::string& title, const std::string& body, const OutputOptions& options)
{
  return options.style.bold("---- " + title + " ----") + "\n\n" + body + "\n";
}

std::string body_of(const CheckBlock& block, const OutputOptions& options)
{
  return rows_text(block, options) + counts_text(block.counts);
}

// With several checks each block has a title and its own counts.
std::string titled_blocks(const NrpeView& view, const OutputOptions& options)
{
  std::string text;
  for (const auto& block : view.blocks) {
    text += titled(title_of(block), body_of(block, options), options);
  }
  return text;
}

bool has_problem(const CheckBlock& block)
{
  return block.counts[0] < block.rows.size();
}

// Checks of which the same is to be told.
struct SameBody {
  std::vector<std::string> checks;  // printable
  std::string body;
};

std::vector<SameBody> problem_bodies(const NrpeView& view, const OutputOptions& options)
{
  std::vector<SameBody> bodies;
  std::map<std::string, std::size_t> place_of;
  for (const auto& block : view.blocks) {
    if (!has_problem(block)) {
      continue;
    }
    auto body = body_of(block, options);
    const auto [place, is_new] = place_of.emplace(body, bodies.size());
    if (is_new) {
      bodies.push_back({{}, std::move(body)});
    }
    bodies[place->second].checks.push_back(title_of(block));
  }
  return bodies;
}

std::string without_problem_text(const NrpeView& view)
{
  const auto total = view.blocks.size();
  const auto problems = std::count_if(view.blocks.begin(), view.blocks.end(), has_problem);
  const auto well = total - static_cast<std::size_t>(problems);
  return well == 0 ? "" : fmt::format("{} of {} checks have no problem (-v shows them)\n\n", well, total);
}

// A node has dozens of checks, and most of them are well: those are only counted. When time runs out, many
// checks have the same to tell: they are told together.
std::string problem_blocks(const NrpeView& view, const OutputOptions& options)
{
  std::string text;
  for (const auto& [checks, body] : problem_bodies(view, options)) {
    if (options.group > 0 && checks.size() >= options.group) {
      text += titled(
          fmt::format("{} checks", checks.size()),
          in_columns(checks, options.columns) + "\n" + body,
          options);
      continue;
    }
    for (const auto& check : checks) {
      text += titled(check, body, options);
    }
  }
  return text + without_problem_text(view);
}

std::string blocks_text(const FleetReport& report, const NrpeView& view, const OutputOptions& options)
{
  if (view.blocks.size() == 1 && !view.every_check) {
    return rows_text(view.blocks.front(), options);
  }
  if (nobody_was_meant(report)) {
    return {};
  }
  return view.every_check && !options.verbose ? problem_blocks(view, options) : titled_blocks(view, options);
}

}  // namespace

std::string counts_text(const StateCounts& counts)
{
  return fmt::format(
      "              OK: {}\n         WARNING: {}\n        CRITICAL: {}\n         UNKNOWN: {}\n",
      counts[0],
      counts[1],
      counts[2],
      counts[3]);
}

std::string nrpe_text(const FleetReport& report, const NrpeView& view, const OutputOptions& options)
{
  auto text = interrupted_text(report, options);
  const bool one_check = view.blocks.size() == 1 && !view.every_check;
  text += blocks_text(report, view, options);
  if (nobody_was_meant(report)) {
    text += nobody_text(report, options) + "\n";
  }
  text += options.verbose ? nrpe_statistics(report, view, options) : headline(report, options);
  if (!nobody_was_meant(report) && (one_check || view.every_check)) {
    text += "\n" + (one_check ? "" : options.style.bold("All checks:") + "\n\n") + counts_text(view.totals);
  }
  return text + fate_lists(report, options, SinceWhen::of_the_gone);
}

}  // namespace muster::cli
