// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cli/commands/application_commands.hpp"
#include "cli/commands/asking.hpp"
#include "cli/commands/ddl_source.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/built_in_text.hpp"
#include "cli/output/ddl_text.hpp"
#include "cli/output/json_text.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

constexpr std::string_view type_of_agents = "agent/";
constexpr std::string_view type_of_data = "data/";

// Descriptions are a help: without them the names stand alone.
tl::expected<void, int> describe(
    const FleetArguments& arguments,
    Prepared prepared,
    const fleet::FleetReport& roll_call,
    std::vector<ListedAgent>& agents)
{
  auto& question = prepared.addressed.question;
  question.nodes = nodes_to_describe(agents, roll_call);
  if (question.nodes.empty() || roll_call.interrupted || !roll_call.broker_lost.empty()) {
    return {};
  }
  question.filter = {};
  prepared.addressed.filter = CompiledFilter::compile(question.filter).value();
  question.roll_call_only = false;
  question.agent = "rpcutil";
  question.action = "agent_inventory";
  const auto told = ask(arguments, prepared);
  if (!told) {
    return tl::unexpected{told.error()};
  }
  describe(agents, *told);
  return {};
}

int list_agents(const FleetArguments& arguments, Prepared prepared)
{
  prepared.addressed.question.roll_call_only = true;
  const auto report = ask(arguments, prepared);
  if (!report) {
    return report.error();
  }
  const auto strictness = prepared.strictness;
  auto agents = agents_in(*report);
  if (const auto done = describe(arguments, std::move(prepared), *report, agents); !done) {
    return done.error();
  }
  const int status = command_exit_status(*report, strictness, FoundBy::presence);
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? agent_list_json(agents, *report, json_context(arguments, *report, status))
                     : agent_list_text(agents) + built_in_list_text());
}

// It is built in: nobody is asked.
int tell_data_function(const FleetArguments& arguments, const std::string& name)
{
  const auto text = data_function_text(name);
  if (!text) {
    const Error error{
        ErrorCode::not_found,
        "there is no data function '" + name.substr(0, 80) + "': mco plugin doc lists them"};
    return fail(arguments, {error}, exit_usage);
  }
  print(*text);
  return 0;
}

}  // namespace

int run_plugin_doc(const FleetArguments& arguments, std::string agent)
{
  if (agent.starts_with(type_of_data)) {
    return tell_data_function(arguments, agent.substr(type_of_data.size()));
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  if (agent.empty()) {
    return list_agents(arguments, std::move(*prepared));
  }
  if (agent.starts_with(type_of_agents)) {
    agent.erase(0, type_of_agents.size());
  }
  const auto found = find_ddl(arguments, *prepared, agent);
  if (!found) {
    return found.error();
  }
  const auto& document = found->document;
  print(arguments.json ? json_text(document.source) : ddl_text(document.agent, output_options(arguments)));
  return 0;
}

}  // namespace muster::cli
