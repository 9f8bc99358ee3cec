// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/application_commands.hpp"
#include "cli/commands/asking.hpp"
#include "cli/output/application_lines.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/rpc_report.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

int run_puppet_count(const FleetArguments& arguments)
{
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  auto& question = prepared->addressed.question;
  question.agent = "puppet";
  question.action = "status";
  question.filter.agents.emplace_back("puppet");  // a node without Puppet is no failure
  prepared->addressed.filter = CompiledFilter::compile(question.filter).value();
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const int status = command_exit_status(*report, prepared->strictness);
  ddl::Action action;
  action.name = question.action;
  const RpcOutcome outcome{question.agent, action, *report, {}, {}};
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? rpc_json(outcome, json_context(arguments, *report, status))
                     : puppet_count_text(*report) +
                           fate_lists(*report, output_options(arguments), SinceWhen::of_the_gone));
}

}  // namespace muster::cli
