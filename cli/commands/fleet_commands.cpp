// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/fleet_commands.hpp"

#include <algorithm>

#include <boost/json/array.hpp>

#include "cli/exit_code.hpp"
#include "cli/fleet_run.hpp"
#include "cli/output/exit_status.hpp"
#include "cli/output/find_report.hpp"
#include "cli/output/json_report.hpp"
#include "cli/output/nrpe_report.hpp"
#include "cli/output/nrpe_view.hpp"
#include "cli/output/ping_report.hpp"
#include "cli/terminal.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

// What a command needs before it can ask, or the exit status if it cannot.
struct Prepared {
  ClientSettings settings;
  Addressed addressed;
  Strictness strictness;
};

int fail(const Error& error, int exit_code)
{
  complain("mco: " + printable(error.message, true) + "\n");
  return exit_code;
}

tl::expected<ClientSettings, int> settings_of(const FleetArguments& arguments)
{
  auto settings = read_client_settings(arguments.config, process_environment());
  if (settings) {
    return std::move(*settings);
  }
  for (const auto& error : settings.error()) {
    fail(error, exit_configuration);
  }
  return tl::unexpected{exit_configuration};
}

tl::expected<Prepared, int> prepare(const FleetArguments& arguments)
{
  auto settings = settings_of(arguments);
  if (!settings) {
    return tl::unexpected{settings.error()};
  }
  auto addressed = address(arguments, *settings);
  if (!addressed) {
    return tl::unexpected{fail(addressed.error(), exit_usage)};
  }
  Strictness strictness;
  strictness.strict = arguments.strict;
  strictness.named.insert(addressed->question.nodes.begin(), addressed->question.nodes.end());
  return Prepared{std::move(*settings), std::move(*addressed), std::move(strictness)};
}

tl::expected<fleet::FleetReport, int> ask(const FleetArguments& arguments, const Prepared& prepared)
{
  TerminalProgress bar{arguments};
  auto report = run_fleet_request(
      prepared.settings,
      prepared.addressed.question,
      prepared.addressed.filter,
      [&bar](const Progress& progress) { bar.show(progress); });
  bar.erase();
  if (!report) {
    return tl::unexpected{fail(report.error(), exit_code_of(report.error().code))};
  }
  return std::move(*report);
}

// What befell the run comes before what the fleet said.
int final_status(const fleet::FleetReport& report, int status)
{
  if (report.interrupted) {
    return exit_interrupted;
  }
  return report.broker_lost.empty() ? status : exit_broker;
}

// The common end of every command: one text, unless it is to be quiet and there is nothing to say.
int print_and_exit(
    const FleetArguments& arguments, const fleet::FleetReport& report, int status, const std::string& text)
{
  const int exit_status = final_status(report, status);
  if (!arguments.quiet || exit_status != 0) {
    print(text);
  }
  if (!report.broker_lost.empty() && !report.interrupted) {
    complain("mco: the broker went away: " + printable(report.broker_lost, false) + "\n");
  }
  return exit_status;
}

JsonContext json_context(const FleetArguments& arguments, const fleet::FleetReport& report, int status)
{
  return {report.request_id, final_status(report, status), arguments.utc ? Zone::utc : Zone::local};
}

// "args=a!b" is MCollective's way to write what we take as words.
std::string joined_arguments(const std::vector<std::string>& words)
{
  constexpr std::string_view prefix = "args=";
  std::string joined;
  for (const std::string_view word : words) {
    joined += joined.empty() ? "" : "!";
    joined += word.starts_with(prefix) ? word.substr(prefix.size()) : word;
  }
  return joined;
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

// Presence tells names, agents and collectives in full: then nobody needs to be asked.
bool presence_decides(const fleet::Question& question)
{
  return question.filter.facts.empty() && question.filter.classes.empty();
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

int run_forget(const FleetArguments& arguments, const std::vector<std::string>& nodes, bool force)
{
  FleetArguments named = arguments;
  named.identities = nodes;
  auto prepared = prepare(named);
  if (!prepared) {
    return prepared.error();
  }
  prepared->addressed.question.roll_call_only = true;
  const auto report = ask(named, *prepared);
  if (!report) {
    return report.error();
  }
  std::vector<std::string> forget;
  for (const auto& node : report->nodes) {
    if (!node.presence) {
      complain("mco: " + node.name + ": the broker knows no such node\n");
    } else if (node.fate != fleet::Fate::gone && !force) {
      complain(
          "mco: " + node.name + " is up and would announce itself again: stop it first, or use --force\n");
    } else {
      forget.push_back(node.name);
    }
  }
  if (!forget.empty()) {
    if (const auto done = forget_presences(prepared->settings, forget); !done) {
      return fail(done.error(), exit_code_of(done.error().code));
    }
  }
  for (const auto& name : forget) {
    print(name + " forgotten\n");
  }
  return forget.size() == report->nodes.size() ? 0 : 2;
}

}  // namespace muster::cli
