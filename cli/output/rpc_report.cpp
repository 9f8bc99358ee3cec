// SPDX-License-Identifier: Apache-2.0
#include "cli/output/rpc_report.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"
#include "cli/output/rpc_aggregates.hpp"
#include "cli/output/rpc_values.hpp"
#include "cli/output/statistics.hpp"
#include "libmuster/ddl/aggregates.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using fleet::Fate;
using protocol::Answer;

constexpr std::size_t name_width = 40;  // MCollective's
constexpr std::size_t label_margin = 3;

std::string status_phrase(int status, const TextStyle& style)
{
  switch (status) {
  case 0:
    return {};
  case 1:
    return style.red("Request Aborted");
  case 2:
    return style.yellow("Unknown Action");
  case 3:
    return style.yellow("Missing Request Data");
  case 4:
    return style.yellow("Invalid Request Data");
  default:
    return style.red("Unknown Request Status");
  }
}

std::string without_end_blanks(std::string text)
{
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// What an action counts as states of checks is shown as such.
bool counts_states_of(const ddl::Action& action, const std::string& output)
{
  return std::any_of(action.aggregates.begin(), action.aggregates.end(), [&](const ddl::Aggregate& one) {
    return one.function == "nagios_states" && one.output == output;
  });
}

struct Row {
  std::string label;
  std::string lines;
};

std::vector<Row> rows_of(const json::object& data, const ddl::Action& action)
{
  std::vector<Row> rows;
  std::set<std::string, std::less<>> described;
  for (const auto& output : action.outputs) {
    described.insert(output.name);
    if (const auto* value = data.if_contains(output.name)) {
      const bool of_checks = counts_states_of(action, output.name);
      rows.push_back({one_line(output.display_as), of_checks ? lines_of_checks(*value) : lines_of(*value)});
    }
  }
  for (const auto& [name, value] : data) {
    if (!described.contains(name)) {
      rows.push_back({one_line(name), lines_of(value)});
    }
  }
  return rows;
}

// "   Label: value", the further lines under the value.
std::string row_text(const Row& row, std::size_t longest)
{
  const auto indent = longest - display_width(row.label) + label_margin;
  const std::string under(longest + label_margin + 2, ' ');
  std::string text = std::string(indent, ' ') + row.label + ": ";
  for (const char letter : row.lines.substr(0, row.lines.find_last_not_of('\n') + 1)) {
    text += letter;
    text += letter == '\n' ? under : "";
  }
  return without_end_blanks(std::move(text)) + "\n";
}

std::string data_text(const json::object& data, const ddl::Action& action)
{
  const auto rows = rows_of(data, action);
  std::size_t longest = 0;
  for (const auto& row : rows) {
    longest = std::max(longest, display_width(row.label));
  }
  std::string text;
  for (const auto& row : rows) {
    text += row_text(row, longest);
  }
  return text;
}

std::pair<std::size_t, std::size_t> passed_and_failed(const fleet::FleetReport& report)
{
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::done && node.answer) {
      ++(node.answer->status == 0 ? passed : failed);
    }
  }
  return {passed, failed};
}

std::string numbers_text(const RpcOutcome& outcome, const OutputOptions& options)
{
  if (!options.verbose) {
    return headline(outcome.report, options);
  }
  const auto [passed, failed] = passed_and_failed(outcome.report);
  const auto caption = fmt::format("---- {}#{} call stats ----", outcome.agent, outcome.action.name);
  return statistics_block(caption, outcome.report, passed, failed, options) + ignored_text(outcome.report);
}

// "location = uk, 3 nodes", and what the aggregates make of them.
std::string groups_text(const RpcOutcome& outcome, const OutputOptions& options)
{
  std::string text;
  for (const auto& group : outcome.groups) {
    const auto nodes = group.report.nodes.size();
    const auto aggregates = aggregates_of(outcome.action, group.report);
    const auto title = fmt::format(
        "{} = {}, {} {}", one_line(outcome.by), one_line(group.value), nodes, nodes == 1 ? "node" : "nodes");
    text += options.style.bold(title) + "\n\n" + aggregates_text(aggregates, options);
    const auto states = states_text(aggregates, group.report);
    text += states.empty() ? "" : states.substr(1) + "\n";  // the title stands for its empty line
  }
  return text;
}

std::string not_asked_text(const RpcOutcome& outcome, const OutputOptions& options)
{
  if (outcome.not_asked.empty()) {
    return {};
  }
  return "\n" + options.style.red("Not asked, " + outcome.why_not_asked + ":") + "\n\n" +
         in_columns(outcome.not_asked, options.columns);
}

}  // namespace

std::string job_begun_text(const RpcOutcome& outcome)
{
  const auto& id = outcome.report.request_id;
  std::size_t begun = 0;
  std::size_t done_at_once = 0;
  for (const auto& node : outcome.report.nodes) {
    if (node.fate == Fate::done && node.answer && node.answer->status == 0) {
      const auto* job = node.answer->data.if_contains("job");
      ++(job != nullptr && *job == json::value(id) ? begun : done_at_once);
    }
  }
  std::string text;
  if (begun > 0) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*outcome.detached);
    text = fmt::format(
        "\nJob {} has begun on {} {}, and may take {} there: mco job status {}\n",
        id,
        begun,
        begun == 1 ? "node" : "nodes",
        age_text(seconds),
        id);
  }
  if (done_at_once > 0) {
    text += fmt::format("\n{} did it at once: their checkagent is too old for jobs\n", done_at_once);
  }
  return text;
}

bool has_remark(const Answer& answer) noexcept
{
  return answer.message != "OK" && !answer.message.empty();
}

bool is_shown(const Answer& answer, Shown shown) noexcept
{
  if (answer.outcome != protocol::Outcome::done) {
    return false;
  }
  return shown == Shown::all || (answer.status == 0) == (shown == Shown::ok) ||
         (shown == Shown::notable && has_remark(answer));
}

std::string reply_text(const Answer& answer, const ddl::Action& action, const OutputOptions& options)
{
  auto text =
      without_end_blanks(
          padded(one_line(answer.node), name_width) + " " + status_phrase(answer.status, options.style)) +
      "\n";
  if (has_remark(answer)) {
    text += "   " + one_line(answer.message) + "\n";
  }
  return text + data_text(answer.data, action) + "\n";
}

std::string rpc_summary(const RpcOutcome& outcome, const OutputOptions& options)
{
  auto text = interrupted_text(outcome.report, options);
  const bool nobody = nobody_was_meant(outcome.report) && outcome.not_asked.empty();
  const auto aggregates = aggregates_of(outcome.action, outcome.report);
  text += nobody ? nobody_text(outcome.report, options) + "\n" : aggregates_text(aggregates, options);
  text += groups_text(outcome, options) + numbers_text(outcome, options);
  text += nobody ? "" : states_text(aggregates, outcome.report);
  return text + fate_lists(outcome.report, options, SinceWhen::of_the_gone) +
         not_asked_text(outcome, options);
}

}  // namespace muster::cli
