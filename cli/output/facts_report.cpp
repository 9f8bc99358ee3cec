// SPDX-License-Identifier: Apache-2.0
#include "cli/output/facts_report.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"
#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/statistics.hpp"
#include "libmuster/ddl/aggregates.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;
using fleet::Fate;
using fleet::FleetReport;

constexpr std::size_t value_width = 40;  // MCollective's, as the margins
constexpr std::string_view value_margin = "        ";
constexpr std::string_view node_margin = "            ";

bool has_answered_well(const fleet::NodeAccount& node)
{
  return node.fate == Fate::done && node.answer && node.answer->status == 0;
}

std::string lines_of(const std::vector<std::string>& nodes)
{
  std::string text;
  for (const auto& node : nodes) {
    text += std::string{node_margin} + one_line(node) + "\n";
  }
  return text;
}

std::string nodes_in(const std::vector<std::string>& nodes, const OutputOptions& options)
{
  return options.verbose ? "\n" + lines_of(nodes) + "\n" : "";
}

std::string values_text(const FactReport& facts, const OutputOptions& options)
{
  std::string text;
  for (const auto& value : facts.values) {
    text += value_margin;
    text += padded(one_line(value.text), value_width);
    text += fmt::format(" found {} times\n", value.nodes.size()) + nodes_in(value.nodes, options);
  }
  return text;
}

std::string without_text(const FactReport& facts, const OutputOptions& options)
{
  if (facts.without.empty()) {
    return {};
  }
  const auto count = facts.without.size();
  return (options.verbose ? "" : "\n") + fmt::format("Not on {} {}\n", count, count == 1 ? "node" : "nodes") +
         nodes_in(facts.without, options);
}

std::string numbers_text(const FleetReport& report, const OutputOptions& options)
{
  if (!options.verbose) {
    return headline(report, options);
  }
  const auto passed = std::count_if(report.nodes.begin(), report.nodes.end(), has_answered_well);
  const auto good = static_cast<std::size_t>(passed);
  return statistics_block("---- rpc stats ----", report, good, report.account.done - good, options) +
         ignored_text(report);
}

// "web3: why it does not tell", of nodes that failed: a policy's words or an old rpcutil.
std::string failures_text(const FleetReport& report)
{
  std::string text;
  for (const auto& node : report.nodes) {
    if (node.fate == Fate::done && node.answer && node.answer->status != 0) {
      text += one_line(node.name) + ": " + one_line(node.answer->message) + "\n";
    }
  }
  return text.empty() ? text : text + "\n";
}

json::array names(const std::vector<std::string>& nodes)
{
  json::array array(nodes.begin(), nodes.end());
  return array;
}

}  // namespace

FactReport make_fact_report(std::string fact, const FleetReport& report)
{
  FactReport facts{std::move(fact), {}, {}};
  std::map<std::string, std::vector<std::string>> by_value;
  for (const auto& node : report.nodes) {
    if (!has_answered_well(node)) {
      continue;
    }
    const auto* value = node.answer->data.if_contains("value");
    if (value == nullptr || value->is_null()) {
      facts.without.push_back(node.name);
    } else {
      by_value[ddl::text_of(*value)].push_back(node.name);
    }
  }
  for (auto& [text, nodes] : by_value) {
    facts.values.push_back({text, std::move(nodes)});
  }
  std::stable_sort(facts.values.begin(), facts.values.end(), [](const auto& left, const auto& right) {
    return left.nodes.size() > right.nodes.size();
  });
  return facts;
}

int facts_exit_status(const FactReport& facts, int status) noexcept
{
  return status == 0 && facts.values.empty() ? 1 : status;
}

std::string facts_text(const FactReport& facts, const FleetReport& report, const OutputOptions& options)
{
  auto text = interrupted_text(report, options);
  if (nobody_was_meant(report)) {
    text += nobody_text(report, options);
  } else if (facts.values.empty()) {
    text += "No values found for fact " + one_line(facts.fact) + "\n";
  } else {
    text += "Report for fact: " + one_line(facts.fact) + "\n\n" + values_text(facts, options);
  }
  text += without_text(facts, options) + "\n" + failures_text(report);
  return text + numbers_text(report, options) + fate_lists(report, options, SinceWhen::of_the_gone);
}

std::string facts_json(const FactReport& facts, const FleetReport& report, const JsonContext& context)
{
  auto object = report_of("facts", report, context, FoundBy::answer);
  object["fact"] = facts.fact;
  json::array values;
  for (const auto& value : facts.values) {
    values.push_back(
        json::object{{"value", value.text}, {"count", value.nodes.size()}, {"nodes", names(value.nodes)}});
  }
  object["values"] = std::move(values);
  object["without"] = names(facts.without);
  object["nodes"] = nodes_of(report);
  return json_text(std::move(object));
}

}  // namespace muster::cli
