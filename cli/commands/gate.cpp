// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/gate.hpp"

#include <boost/json/array.hpp>

#include "cli/commands/asking.hpp"
#include "cli/commands/gate_files.hpp"
#include "cli/commands/gate_tries.hpp"
#include "cli/exit_code.hpp"
#include "cli/gate/comparison.hpp"
#include "cli/gate/gate_json.hpp"
#include "cli/gate/gate_text.hpp"
#include "cli/gate/junit.hpp"
#include "cli/new_files.hpp"
#include "cli/output/nrpe_view.hpp"
#include "cli/terminal.hpp"

namespace muster::cli {

namespace {

using fleet::FleetReport;
using gate::Observation;
using gate::SavedState;

// Also one check is asked for by the action for several: its answer tells the check from the request.
void ask_for(fleet::Question& question, const std::vector<std::string>& checks)
{
  question.agent = "nrpe";
  question.action = checks.empty() ? "runallcommands" : "runcommands";
  if (!checks.empty()) {
    question.data["commands"] = protocol::json::array(checks.begin(), checks.end());
  }
}

Observation observed(
    const FleetArguments& arguments,
    const FleetReport& report,
    const std::vector<std::string>& checks,
    const Strictness& strictness)
{
  const auto view = make_nrpe_view(report, checks);
  return gate::observe(report, view, strictness, arguments.utc ? Zone::utc : Zone::local);
}

// JUnit XML on standard output is a file for somebody, also when all is well.
int show_junit(const FleetArguments& arguments, const Tried& tried, int status, const std::string& junit)
{
  FleetArguments not_quiet = arguments;
  not_quiet.quiet = false;
  return print_and_exit(not_quiet, tried.report, status, junit);
}

// The common end of the gates that have a verdict.
int show(
    const FleetArguments& arguments,
    const GateArguments& gate,
    const Tried& tried,
    const std::string& shown,
    const std::string& junit)
{
  const int status = gate::exit_status_of(tried.ending.verdict);
  if (gate.junit == "-") {
    return show_junit(arguments, tried, status, junit);
  }
  if (!gate.junit.empty()) {
    if (const auto written = write_report(gate.junit, junit); !written) {
      return fail(arguments, {written.error()}, exit_code_of(written.error().code));
    }
  }
  return print_and_exit(arguments, tried.report, status, shown);
}

JsonContext context_of(const FleetArguments& arguments, const Tried& tried)
{
  return json_context(arguments, tried.report, gate::exit_status_of(tried.ending.verdict));
}

// What can be known to be wrong before anything is sent.
std::optional<Error> objection(const FleetArguments& arguments, const GateArguments& gate)
{
  if (gate.junit == "-" && arguments.json) {
    return Error{
        ErrorCode::invalid_input,
        "--json and --junit - both want standard output: give --junit a file, or leave one out"};
  }
  if (!gate.junit.empty() && gate.junit != "-") {
    return folder_objection(gate.junit, "--junit");
  }
  return std::nullopt;
}

// What is compared with, and which nodes of it count.
struct Baseline {
  const SavedState& state;
  std::function<bool(const std::string&)> in_scope;
};

int compare_with(
    const FleetArguments& arguments,
    const GateArguments& gate,
    const Prepared& prepared,
    const gate::Patience& patience,
    const Baseline& before)
{
  gate::Comparison comparison;
  auto tried = try_until_decided(arguments, prepared, patience, true, [&](const FleetReport& report) {
    const auto seen = observed(arguments, report, before.state.checks, prepared.strictness);
    comparison = gate::compare(before.state, seen, gate.tolerance, before.in_scope);
    return gate::judge(comparison, gate.tolerance);
  });
  if (!tried) {
    return tried.error();
  }
  tried->ending.tolerance = gate.tolerance;
  const auto shown = arguments.json
                         ? gate::compare_json(
                               comparison,
                               tried->ending,
                               {gate.file, before.state.saved},
                               tried->report,
                               context_of(arguments, *tried))
                         : gate::compare_text(comparison, tried->ending, output_options(arguments));
  return show(arguments, gate, *tried, shown, gate::compare_junit(comparison, tried->ending));
}

// Whether anything came that is worth a file: an interrupted run is half a state.
bool worth_saving(const FleetReport& report, const Observation& seen)
{
  return final_status(report, 0) == 0 && !seen.readings.empty();
}

int save_what_came(
    const FleetArguments& arguments,
    const GateArguments& gate,
    const Prepared& prepared,
    const FleetReport& report)
{
  const auto seen = observed(arguments, report, gate.checks, prepared.strictness);
  std::string file;  // empty: nothing is saved
  if (worth_saving(report, seen)) {
    file = gate.file;
    const auto written = write_state(file, prepared.addressed.question, gate.checks, report, seen);
    if (!written) {
      return fail(arguments, {written.error()}, exit_code_of(written.error().code));
    }
  }
  const bool whole = seen.missing.empty() && seen.doubt.empty();
  const int status = gate::exit_status_of(whole ? gate::Verdict::pass : gate::Verdict::inconclusive);
  return print_and_exit(
      arguments,
      report,
      status,
      arguments.json ? gate::save_json(seen, file, report, json_context(arguments, report, status))
                     : gate::save_text(seen, file, output_options(arguments)));
}

}  // namespace

int run_gate(const FleetArguments& arguments, const GateArguments& gate)
{
  if (const auto wrong = objection(arguments, gate)) {
    return fail(arguments, {*wrong}, exit_usage);
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  const auto patience = patience_of(arguments, gate, *prepared);
  if (!patience) {
    return fail(arguments, {patience.error()}, exit_usage);
  }
  ask_for(prepared->addressed.question, gate.checks);
  Observation seen;
  auto tried = try_until_decided(arguments, *prepared, *patience, false, [&](const FleetReport& report) {
    seen = observed(arguments, report, gate.checks, prepared->strictness);
    return gate::judge(seen, gate.tolerance);
  });
  if (!tried) {
    return tried.error();
  }
  tried->ending.tolerance = gate.tolerance;
  const auto shown = arguments.json
                         ? gate::gate_json(seen, tried->ending, tried->report, context_of(arguments, *tried))
                         : gate::gate_text(seen, tried->ending, output_options(arguments));
  return show(arguments, gate, *tried, shown, gate::gate_junit(seen, tried->ending));
}

int run_gate_save(const FleetArguments& arguments, const GateArguments& gate)
{
  if (const auto wrong = overwrite_objection(gate.file, "save", gate.force)) {
    return fail(arguments, {*wrong}, exit_usage);
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  ask_for(prepared->addressed.question, gate.checks);
  const auto report = ask(arguments, *prepared);
  return report ? save_what_came(arguments, gate, *prepared, *report) : report.error();
}

int run_gate_compare(const FleetArguments& arguments, const GateArguments& gate)
{
  if (const auto wrong = objection(arguments, gate)) {
    return fail(arguments, {*wrong}, exit_usage);
  }
  const auto before = read_state(gate.file);
  if (!before) {
    return fail(arguments, {before.error()}, exit_usage);
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  const auto in_scope = ask_again(*prepared, *before, gate.file, arguments);
  if (!in_scope) {
    return fail(arguments, {in_scope.error()}, exit_usage);
  }
  const auto patience = patience_of(arguments, gate, *prepared);
  if (!patience) {
    return fail(arguments, {patience.error()}, exit_usage);
  }
  ask_for(prepared->addressed.question, before->checks);
  return compare_with(arguments, gate, *prepared, *patience, {*before, *in_scope});
}

}  // namespace muster::cli
