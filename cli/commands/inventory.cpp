// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cli/commands/application_commands.hpp"
#include "cli/commands/asking.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/fleet_table.hpp"
#include "cli/output/inventory_report.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t longest_quoted = 80;

tl::expected<fleet::FleetReport, int> ask_rpcutil(
    const FleetArguments& arguments, Prepared& prepared, const char* action)
{
  prepared.addressed.question.agent = "rpcutil";
  prepared.addressed.question.action = action;
  return ask(arguments, prepared);
}

// An interrupted question is the last one.
bool goes_on(const fleet::FleetReport& report)
{
  return !report.interrupted && report.broker_lost.empty();
}

// What the node tells besides; it has answered once, and what it now keeps to itself is left out.
tl::expected<void, int> complete(const FleetArguments& arguments, Prepared& prepared, Inventory& inventory)
{
  const auto statistics = ask_rpcutil(arguments, prepared, "daemon_stats");
  if (!statistics) {
    return tl::unexpected{statistics.error()};
  }
  inventory.statistics = data_of_node(*statistics).value_or(protocol::json::object{});
  if (!goes_on(*statistics)) {
    return {};
  }
  const auto agents = ask_rpcutil(arguments, prepared, "agent_inventory");
  if (!agents) {
    return tl::unexpected{agents.error()};
  }
  const auto data = data_of_node(*agents).value_or(protocol::json::object{});
  const auto* list = data.if_contains("agents");
  if (list != nullptr && list->is_array()) {
    inventory.agents = list->get_array();
  }
  return {};
}

// The filters are for the fleet: a node is named.
FleetArguments only_of(const FleetArguments& arguments, const std::string& node)
{
  auto narrowed = arguments;
  narrowed.identities = {node};
  return narrowed;
}

bool has_filters(const FleetArguments& arguments)
{
  return !arguments.facts.empty() || !arguments.classes.empty() || !arguments.identities.empty() ||
         !arguments.agents.empty() || !arguments.combined.empty() || !arguments.compounds.empty() ||
         !arguments.nodes_file.empty();
}

int tell_nothing(
    const FleetArguments& arguments,
    const std::string& node,
    const fleet::FleetReport& report,
    int told_status)
{
  const int status = told_status == 0 ? 2 : told_status;
  return print_and_exit(
      arguments,
      report,
      status,
      arguments.json ? inventory_json(nullptr, report, json_context(arguments, report, status))
                     : no_inventory_text(node, report, output_options(arguments)));
}

}  // namespace

int run_inventory(const FleetArguments& arguments, const std::string& node)
{
  if (!is_node_name(lower_case(node))) {
    const Error error{
        ErrorCode::invalid_input,
        "'" + truncate_utf8(to_valid_utf8(node), longest_quoted, "…") +
            "' is not a node name: expected letters, digits, . and -"};
    return fail(arguments, {error}, exit_usage);
  }
  if (has_filters(arguments)) {
    const Error error{
        ErrorCode::invalid_input,
        "a node and a filter: mco inventory NODE is about this node; for several nodes give --columns"};
    return fail(arguments, {error}, exit_usage);
  }
  auto prepared = prepare(only_of(arguments, node));
  if (!prepared) {
    return prepared.error();
  }
  const auto report = ask_rpcutil(arguments, *prepared, "inventory");
  if (!report) {
    return report.error();
  }
  const int status = command_exit_status(*report, prepared->strictness);
  auto about = data_of_node(*report);
  if (!about) {
    return tell_nothing(arguments, node, *report, status);
  }
  Inventory inventory{prepared->addressed.question.nodes.front(), std::move(*about), {}, {}};
  if (goes_on(*report)) {
    if (const auto completed = complete(arguments, *prepared, inventory); !completed) {
      return completed.error();
    }
  }
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? inventory_json(&inventory, *report, json_context(arguments, *report, status))
                     : inventory_text(inventory, output_options(arguments)));
}

int run_collectives(const FleetArguments& arguments)
{
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  auto& question = prepared->addressed.question;
  if (!presence_decides(question)) {
    const Error error{
        ErrorCode::invalid_input, "--list-collectives asks nobody: facts and classes cannot narrow it"};
    return fail(arguments, {error}, exit_usage);
  }
  question.roll_call_only = true;
  if (arguments.collective.empty()) {
    question.collective.clear();
  }
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const int status = command_exit_status(*report, prepared->strictness, FoundBy::presence);
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? collectives_json(*report, json_context(arguments, *report, status))
                     : collectives_text(*report));
}

int run_fleet_table(const FleetArguments& arguments, const std::string& columns, bool csv)
{
  const auto parsed = parse_columns(columns);
  if (!parsed) {
    return fail(arguments, {parsed.error()}, exit_usage);
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  ask_for(*parsed, prepared->addressed.question);
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const auto table = make_fleet_table(*parsed, *report);
  const int status = command_exit_status(*report, prepared->strictness);
  if (arguments.json) {
    return print_and_exit(
        arguments,
        *report,
        status,
        fleet_table_json(table, *report, json_context(arguments, *report, status)));
  }
  return print_and_exit(
      arguments,
      *report,
      status,
      csv ? fleet_table_csv(table) : fleet_table_text(table, *report, output_options(arguments)));
}

}  // namespace muster::cli
