// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/fleet_commands.hpp"

#include <boost/json/array.hpp>
#include <fmt/ranges.h>

#include "cli/commands/asking.hpp"
#include "cli/output/exit_status.hpp"
#include "cli/output/find_report.hpp"
#include "cli/output/json_report.hpp"
#include "cli/output/nrpe_report.hpp"
#include "cli/output/nrpe_view.hpp"
#include "cli/output/ping_report.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

// "args=a!b" is MCollective's way to write what we take as words.
std::string joined_arguments(const std::vector<std::string>& words)
{
  constexpr std::string_view prefix = "args=";
  if (words.size() == 1 && words.front().starts_with(prefix)) {
    return words.front().substr(prefix.size());
  }
  return fmt::format("{}", fmt::join(words, "!"));
}

void ask_for_checks(fleet::Question& question, const NrpeArguments& nrpe)
{
  question.agent = "nrpe";
  if (nrpe.all) {
    question.action = "runallcommands";
  } else if (nrpe.checks.size() == 1) {
    question.action = "runcommand";
    question.data["command"] = nrpe.checks.front();
    if (!nrpe.arguments.empty()) {
      question.data["args"] = joined_arguments(nrpe.arguments);
    }
  } else {
    question.action = "runcommands";
    question.data["commands"] = protocol::json::array(nrpe.checks.begin(), nrpe.checks.end());
  }
}

}  // namespace

int run_nrpe(const FleetArguments& arguments, const NrpeArguments& nrpe)
{
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  ask_for_checks(prepared->addressed.question, nrpe);
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const auto view = make_nrpe_view(*report, nrpe.all ? std::vector<std::string>{} : nrpe.checks);
  const int status = nrpe_exit_status(*report, view, prepared->strictness);
  if (arguments.json) {
    return print_and_exit(
        arguments, *report, status, nrpe_json(*report, view, json_context(arguments, *report, status)));
  }
  auto options = output_options(arguments);
  options.group = nrpe.group;
  return print_and_exit(arguments, *report, status, nrpe_text(*report, view, options));
}

int run_ping(const FleetArguments& arguments)
{
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  prepared->addressed.question.agent = "rpcutil";
  prepared->addressed.question.action = "ping";
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const int status = command_exit_status(*report, prepared->strictness);
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? ping_json(*report, json_context(arguments, *report, status))
                     : ping_text(*report, output_options(arguments)));
}

int run_find(const FleetArguments& arguments)
{
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  auto& question = prepared->addressed.question;
  question.agent = "rpcutil";
  question.action = "ping";
  question.roll_call_only = presence_decides(question);
  const auto found_by = question.roll_call_only ? FoundBy::presence : FoundBy::answer;
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const int status = command_exit_status(*report, prepared->strictness, found_by);
  if (arguments.json) {
    return print_and_exit(
        arguments, *report, status, find_json(*report, found_by, json_context(arguments, *report, status)));
  }
  const int exit_status = print_and_exit(arguments, *report, status, find_text(*report, found_by));
  if (!arguments.quiet || exit_status != 0) {
    complain(find_remarks(*report, found_by, output_options(arguments)));
  }
  return exit_status;
}

}  // namespace muster::cli
