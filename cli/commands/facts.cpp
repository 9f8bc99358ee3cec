// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/application_commands.hpp"
#include "cli/commands/asking.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/fact_name.hpp"
#include "cli/output/facts_report.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

int run_facts(const FleetArguments& arguments, const std::string& fact)
{
  if (const auto valid = check_fact_name(fact); !valid) {
    return fail(arguments, {valid.error()}, exit_usage);
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  auto& question = prepared->addressed.question;
  question.agent = "rpcutil";
  question.action = "get_fact";
  question.data["fact"] = fact;
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const auto facts = make_fact_report(fact, *report);
  const int status = facts_exit_status(facts, command_exit_status(*report, prepared->strictness));
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? facts_json(facts, *report, json_context(arguments, *report, status))
                     : facts_text(facts, *report, output_options(arguments)));
}

}  // namespace muster::cli
