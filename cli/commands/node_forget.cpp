// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/commands/asking.hpp"
#include "cli/commands/fleet_commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/fleet_run.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

// Why a node is not to be forgotten; empty if it is.
std::string objection(const fleet::NodeAccount& node, bool force)
{
  if (!node.presence) {
    return "the broker knows no such node";
  }
  if (node.fate != fleet::Fate::gone && !force) {
    return "is up and would announce itself again: stop it first, or use --force";
  }
  return {};
}

Forgotten sorted_out(const fleet::FleetReport& report, bool named, bool force)
{
  Forgotten result;
  for (const auto& node : report.nodes) {
    const auto why = objection(node, force);
    if (why.empty()) {
      result.forgotten.push_back(node.name);
    } else if (named) {
      result.kept.emplace_back(node.name, why);  // a pattern is not meant for those that are up
    }
  }
  return result;
}

std::string forgotten_text(const Forgotten& result)
{
  std::string text;
  for (const auto& name : result.forgotten) {
    text += printable(name, true) + " forgotten\n";
  }
  return text;
}

bool names_somebody(const FleetArguments& arguments)
{
  return !arguments.identities.empty() || !arguments.nodes_file.empty() || !arguments.agents.empty();
}

// What cannot be done, before anything is; nothing if it can.
std::optional<Error> refusal(const FleetArguments& arguments, const fleet::Question& question)
{
  if (!presence_decides(question)) {
    return Error{
        ErrorCode::invalid_input,
        "facts and classes are the nodes' own to tell, and these are gone: name the nodes, or use -I "
        "/pattern/"};
  }
  if (!names_somebody(arguments)) {
    return Error{ErrorCode::invalid_input, "name the nodes to forget, or use -I /pattern/ or -n FILE"};
  }
  return std::nullopt;
}

// A roll-call that is not whole must not become "the broker knows no such node".
std::optional<int> cannot_tell(const FleetArguments& arguments, const fleet::FleetReport& report)
{
  const int befallen = final_status(report, 0);
  if (befallen != 0) {
    return print_and_exit(arguments, report, befallen, "");
  }
  if (report.cut_short) {
    return fail(
        arguments,
        {{ErrorCode::timed_out, "the broker did not tell in time who is there: nothing is forgotten"}},
        exit_broker);
  }
  return std::nullopt;
}

int forget(
    const FleetArguments& arguments,
    const Prepared& prepared,
    const fleet::FleetReport& report,
    const Forgotten& result)
{
  if (!result.forgotten.empty()) {
    if (const auto done = client::forget_presences(prepared.settings, result.forgotten); !done) {
      return fail(arguments, {done.error()}, exit_code_of(done.error().code));
    }
  }
  for (const auto& [name, why] : result.kept) {
    complain(fmt::format("mco: {}: {}\n", printable(name, true), why));
  }
  const int nobody = result.forgotten.empty() ? 1 : 0;
  const int status = result.kept.empty() ? nobody : 2;
  return print_and_exit(
      arguments,
      report,
      status,
      arguments.json ? forget_json(report, result, json_context(arguments, report, status))
                     : forgotten_text(result));
}

// collector@mon1: no node, so no roll-call of nodes tells whether it is up. One that is announces itself
// again within half a minute.
int forget_services(const FleetArguments& arguments, const std::vector<std::string>& services)
{
  if (!std::all_of(services.begin(), services.end(), is_service_name)) {
    const Error error{ErrorCode::invalid_input, "name nodes and services such as collector@mon1 apart"};
    return fail(arguments, {error}, exit_usage);
  }
  const auto prepared = prepare(arguments);
  return prepared ? forget(arguments, *prepared, {}, {services, {}}) : prepared.error();
}

}  // namespace

int run_forget(const FleetArguments& arguments, const std::vector<std::string>& nodes, bool force)
{
  if (std::any_of(nodes.begin(), nodes.end(), is_service_name)) {
    return forget_services(arguments, nodes);
  }
  FleetArguments asked = arguments;
  asked.identities.insert(asked.identities.end(), nodes.begin(), nodes.end());
  auto prepared = prepare(asked);
  if (!prepared) {
    return prepared.error();
  }
  auto& question = prepared->addressed.question;
  if (const auto wrong = refusal(asked, question)) {
    return fail(asked, {*wrong}, exit_usage);
  }
  question.roll_call_only = true;
  const auto report = ask(asked, *prepared);
  if (!report) {
    return report.error();
  }
  if (const auto status = cannot_tell(asked, *report)) {
    return *status;
  }
  return forget(asked, *prepared, *report, sorted_out(*report, !question.nodes.empty(), force));
}

}  // namespace muster::cli
