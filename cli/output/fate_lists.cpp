// SPDX-License-Identifier: Apache-2.0
#include "cli/output/fate_lists.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/same_trouble.hpp"

namespace muster::cli {

namespace {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;

constexpr std::size_t name_width = 30;   // as the fields of the columns
constexpr std::size_t names_margin = 8;  // of the names under a line that several nodes share

std::string with_remark(const NodeAccount& node, const std::string& remark)
{
  const auto name = one_line(node.name);
  return remark.empty() ? name : fmt::format("{} ({})", name, remark);
}

std::string gone_remark(const NodeAccount& node)
{
  const bool stopped = node.presence && node.presence->state == protocol::NodeState::stopped;
  const std::string word = stopped ? "stopped" : "gone";
  return node.last_seen ? word + " " + age_text(*node.last_seen) : word;
}

std::string lost_remark(const NodeAccount& node, bool tell_all)
{
  if (!tell_all) {
    return node.presence ? std::string{} : one_line(node.note);
  }
  auto remark = one_line(node.note);
  if (node.last_seen) {
    remark += fmt::format("{}seen {} ago", remark.empty() ? "" : ", ", age_text(*node.last_seen));
  }
  return remark;
}

std::string section(const std::string& heading, const std::string& lines)
{
  return lines.empty() ? std::string{} : "\n" + heading + "\n\n" + lines;
}

std::string no_response(const FleetReport& report, const OutputOptions& options, SinceWhen since_when)
{
  const bool tell_all = options.verbose || since_when == SinceWhen::of_everybody;
  std::vector<std::string> lost;
  std::vector<std::string> gone;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::lost) {
      lost.push_back(with_remark(node, lost_remark(node, tell_all)));
    } else if (node.fate == Fate::gone) {
      gone.push_back(with_remark(node, gone_remark(node)));
    }
  }
  const std::string_view heading = report.interrupted ? "No response yet from:" : "No response from:";
  return section(
      lost.empty() ? options.style.yellow(heading) : options.style.red(heading),
      in_columns(lost, options.columns) + in_columns(gone, options.columns));
}

std::string still_running(const FleetReport& report, const OutputOptions& options)
{
  std::vector<std::string> names;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::late) {
      names.push_back(one_line(node.name));
    }
  }
  return section(options.style.red("Still running:"), in_columns(names, options.columns));
}

// One line for each trouble: the name and the text, or how many nodes and the text and then their names.
std::string told(const std::vector<Trouble>& troubles, const OutputOptions& options)
{
  std::string lines;
  for (auto& same : same_troubles(troubles, options.group)) {
    for (auto& name : same.nodes) {
      name = one_line(name);
    }
    const auto text = one_line(same.text);
    if (same.nodes.size() == 1) {
      lines += fmt::format("    {} {}\n", padded(same.nodes.front(), name_width), text);
    } else {
      lines += fmt::format("    {} hosts  {}\n", same.nodes.size(), text);
      lines += in_columns(same.nodes, options.columns, names_margin);
    }
  }
  return lines;
}

std::string refused(const FleetReport& report, const OutputOptions& options)
{
  std::vector<Trouble> troubles;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::refused) {
      troubles.push_back({node.name, "", refusal_text(report, node, options.zone)});
    }
  }
  return section(options.style.red("Refused:"), told(troubles, options));
}

bool refused_by_clock(const NodeAccount& node)
{
  return node.fate == Fate::refused && node.answer && node.answer->reason == protocol::Refusal::clock;
}

std::string clocks_off(const FleetReport& report, const OutputOptions& options)
{
  std::vector<std::string> names;
  for (const auto& node : report.nodes) {
    const auto offset = std::chrono::abs(node.clock_offset);
    const bool answered = node.fate == Fate::done || node.fate == Fate::refused;
    if (answered && !refused_by_clock(node) && offset > clock_offset_worth_telling) {
      const auto age = age_text(std::chrono::duration_cast<std::chrono::seconds>(offset));
      names.push_back(with_remark(node, age + (node.clock_offset.count() < 0 ? " behind" : " ahead")));
    }
  }
  return section(options.style.yellow("Clock is off:"), in_columns(names, options.columns));
}

std::string broken(const FleetReport& report, const OutputOptions& options)
{
  std::vector<Trouble> troubles;
  for (const auto& node : report.nodes) {
    if (!options.verbose || !node.presence || node.fate == Fate::gone || node.fate == Fate::not_meant) {
      continue;
    }
    for (const auto& sentence : node.presence->health) {
      troubles.push_back({node.name, "", sentence});
    }
  }
  return section(options.style.yellow("Broken, by their own account:"), told(troubles, options));
}

}  // namespace

std::string refusal_text(const FleetReport& report, const NodeAccount& node, Zone zone)
{
  if (!node.answer) {
    return "refused";
  }
  std::string reason{to_string(node.answer->reason)};
  std::replace(reason.begin(), reason.end(), '_', ' ');
  auto text = "refused: " + reason;
  if (node.answer->reason == protocol::Refusal::clock) {
    const auto here = std::chrono::floor<std::chrono::milliseconds>(report.started + node.round_trip);
    const auto apart = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(node.clock_offset));
    return text + fmt::format(
                      " (there {}, here {}): {} apart, set the one that is wrong",
                      iso_8601(node.answer->now, zone),
                      iso_8601(here, zone),
                      age_text(apart));
  }
  return node.answer->message.empty() ? text : text + " - " + node.answer->message;
}

std::string fate_lists(const FleetReport& report, const OutputOptions& options, SinceWhen since_when)
{
  return no_response(report, options, since_when) + still_running(report, options) +
         refused(report, options) + clocks_off(report, options) + broken(report, options);
}

}  // namespace muster::cli
