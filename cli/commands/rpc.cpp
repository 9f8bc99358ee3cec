// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/rpc.hpp"

#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands/asking.hpp"
#include "cli/commands/confirmation.hpp"
#include "cli/commands/ddl_source.hpp"
#include "cli/commands/keep_running.hpp"
#include "cli/commands/rpc_arguments.hpp"
#include "cli/commands/rpc_send.hpp"
#include "cli/commands/selection.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/rpc_report.hpp"
#include "cli/run_watch.hpp"
#include "cli/stdin_nodes.hpp"
#include "cli/terminal.hpp"
#include "libmuster/client/fleet_run.hpp"
#include "libmuster/ddl/inputs.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/runtime/near_miss.hpp"

namespace muster::cli {

namespace {

int fail_usage(const FleetArguments& arguments, std::string message)
{
  return fail(arguments, {Error{ErrorCode::invalid_input, std::move(message)}}, exit_usage);
}

std::string no_such_action(const ddl::Agent& agent, const std::string& action)
{
  std::vector<std::string> known;
  for (const auto& one : agent.actions) {
    known.push_back(one.name);
  }
  const auto shown = truncate_utf8(to_valid_utf8(action), 80, "…");
  const auto meant = runtime::near_miss(action, known);
  return fmt::format(
      "agent {} has no action '{}'{}",
      agent.metadata.name,
      shown,
      meant.empty() ? fmt::format("; there are {}", fmt::join(known, " ")) : "; did you mean " + meant + "?");
}

// What was typed, as the agent's DDL sees it.
struct Call {
  ddl::Metadata metadata;
  ddl::Action action;
  ddl::json::object inputs;
};

tl::expected<Call, std::string> understand(const RpcArguments& rpc, const ddl::Agent& agent)
{
  const auto* action = agent.find(rpc.action);
  if (action == nullptr) {
    return tl::unexpected{no_such_action(agent, rpc.action)};
  }
  const auto typed = ddl::inputs_from_words(*action, rpc.inputs);
  auto inputs = typed ? ddl::complete_inputs(*action, *typed) : typed;
  if (!inputs) {
    return tl::unexpected{inputs.error().message};
  }
  return Call{agent.metadata, *action, std::move(*inputs)};
}

// What a kept DDL does not know, a newer one of the fleet may. Fails with the exit status, having said why.
tl::expected<Call, int> find_call(
    const FleetArguments& arguments, const RpcArguments& rpc, const Prepared& prepared)
{
  auto found = find_ddl(arguments, prepared, rpc.agent);
  if (found && found->may_be_old && !understand(rpc, found->document.agent)) {
    found = find_ddl(arguments, prepared, rpc.agent, Freshness::from_the_fleet);
  }
  if (!found) {
    return tl::unexpected{found.error()};
  }
  auto understood = understand(rpc, found->document.agent);
  if (!understood) {
    return tl::unexpected{fail_usage(arguments, understood.error())};
  }
  return std::move(*understood);
}

Shown shown_of(const RpcArguments& rpc, const ddl::Action& action, bool verbose)
{
  if (rpc.display == "ok") {
    return Shown::ok;
  }
  if (rpc.display == "failed") {
    return Shown::failed;
  }
  if (!rpc.display.empty() || verbose || action.display == ddl::Display::always) {
    return Shown::all;
  }
  return action.display == ddl::Display::ok ? Shown::ok : Shown::notable;
}

// The agent's own timeout counts unless the operator gave one: it knows how long its work may take.
void take_timeout(const FleetArguments& arguments, const ddl::Metadata& agent, fleet::Question& question)
{
  if (!arguments.timeout_s) {
    question.wait = std::max(question.wait, agent.timeout);
  }
}

std::string replies_text(
    const fleet::FleetReport& report,
    const ddl::Action& action,
    Shown shown,
    const ReplyLine& line,
    const OutputOptions& options)
{
  if (line) {
    return application_lines(report, line, shown, options);
  }
  std::string text;
  for (const auto& node : report.nodes) {
    if (node.fate == fleet::Fate::done && node.answer && is_shown(*node.answer, shown)) {
      text += reply_text(*node.answer, action, options);
    }
  }
  return text;
}

// The replies by the value of a fact, which the nodes that were done are asked for.
tl::expected<std::vector<FactGroup>, int> groups_of(
    const FleetArguments& arguments,
    Prepared prepared,
    const std::string& fact,
    const fleet::FleetReport& report)
{
  auto& question = prepared.addressed.question;
  question = {};
  for (const auto& node : report.nodes) {
    if (node.fate == fleet::Fate::done) {
      question.nodes.push_back(node.name);
    }
  }
  if (fact.empty() || question.nodes.empty()) {
    return std::vector<FactGroup>{};
  }
  question.wait = prepared.settings.wait;
  question.agent = "rpcutil";
  question.action = "get_fact";
  question.data["fact"] = fact;
  prepared.addressed.filter = CompiledFilter::compile({}).value();
  const auto told = ask(arguments, prepared);
  if (!told) {
    return tl::unexpected{told.error()};
  }
  return groups_by_fact(report, make_fact_report(fact, *told));
}

// Asks and shows; the question is complete.
int call(
    const FleetArguments& arguments,
    const RpcArguments& rpc,
    Prepared prepared,
    const ddl::Action& action,
    const Selection& selection)
{
  static const ReplyLine plain;
  const auto options = output_options(arguments);
  const auto shown = shown_of(rpc, action, arguments.verbose);
  const auto& line = rpc.detach ? plain : rpc.line;
  const bool streaming = !arguments.json && !arguments.quiet && !rpc.sort && !line;
  OnAnswer on_answer;
  if (streaming) {
    on_answer = [&](const protocol::Answer& answer) {
      if (is_shown(answer, shown)) {
        print_now(reply_text(answer, action, options));
      }
    };
  }
  const auto strictness = prepared.strictness;
  const auto detach = prepared.addressed.question.detach;
  const auto selected = ask_selected(arguments, prepared, selection, on_answer);
  if (!selected) {
    return selected.error();
  }
  const auto& report = selected->report;
  auto groups = groups_of(arguments, std::move(prepared), rpc.by, report);
  if (!groups) {
    return groups.error();
  }
  const int told = command_exit_status(report, strictness);
  const int status = selected->not_asked.empty() || told > 1 ? told : 2;
  const RpcOutcome outcome{
      rpc.agent,
      action,
      report,
      selected->not_asked,
      selected->why_not_asked,
      rpc.detach ? std::optional{detach} : std::nullopt,
      rpc.by,
      std::move(*groups)};
  if (arguments.json) {
    return print_and_exit(
        arguments, report, status, rpc_json(outcome, json_context(arguments, report, status)));
  }
  const auto replies = streaming ? std::string{} : replies_text(report, action, shown, line, options);
  const auto begun = rpc.detach ? job_begun_text(outcome) : std::string{};
  return print_and_exit(arguments, report, status, replies + rpc_summary(outcome, options) + begun);
}

// A job's own time is what was given, or this: an operator who does not wait has work of minutes in mind.
constexpr std::chrono::hours default_job_time{1};

void detach(const FleetArguments& arguments, Prepared& prepared)
{
  auto& question = prepared.addressed.question;
  question.detach = arguments.timeout_s ? question.wait : std::chrono::milliseconds{default_job_time};
  question.wait = prepared.settings.wait;
}

// What a node says of a job that begins is not what the action gives.
ddl::Action begin_of(const ddl::Action& action)
{
  ddl::Action begin;
  begin.name = action.name;
  begin.display = ddl::Display::failed;
  return begin;
}

// "mco rpc … --json | mco rpc …": the nodes come from there unless others are named.
StdinContent take_nodes_from_stdin(FleetArguments& arguments)
{
  if (!arguments.nodes_file.empty() || !arguments.identities.empty()) {
    return StdinContent::none;
  }
  const auto content = look_at(STDIN_FILENO, pipe_patience);
  if (content == StdinContent::nodes) {
    arguments.nodes_file = "-";
    arguments.stdin_patience.between = begun_patience;
  }
  return content;
}

// A pipe or a file that was to bring names and brought none must not become a change of every node there is.
bool is_too_wide(StdinContent content, const ddl::Action& action, const fleet::Question& question)
{
  return (content == StdinContent::silent || content == StdinContent::text) && action.changes &&
         question.nodes.empty() && question.filter.empty();
}

}  // namespace

int run_rpc(const FleetArguments& typed_arguments, const RpcArguments& rpc)
{
  auto arguments = typed_arguments;
  const auto kept = check_keep_running(rpc);
  if (!kept) {
    return fail_usage(arguments, kept.error().message);
  }
  auto selection = check(rpc.selection, kept->has_value());
  if (!selection) {
    return fail_usage(arguments, selection.error().message);
  }
  if (const auto fits = check_together(rpc); !fits) {
    return fail_usage(arguments, fits.error().message);
  }
  const auto content = take_nodes_from_stdin(arguments);
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  if (const auto taken = take_usual_batches(prepared->settings, rpc, *selection); !taken) {
    return fail(arguments, {taken.error()}, exit_configuration);
  }
  const auto wanted = find_call(arguments, rpc, *prepared);
  if (!wanted) {
    return wanted.error();
  }
  const auto& action = wanted->action;
  auto& question = prepared->addressed.question;
  question.agent = rpc.agent;
  question.action = rpc.action;
  question.data = wanted->inputs;
  if (is_too_wide(content, action, question)) {
    return fail_usage(
        arguments,
        "standard input brings no nodes in JSON, and " + rpc.action +
            " would change every node: read names with -n -, give a filter, or add </dev/null");
  }
  const bool kept_as_jobs = *kept && told_by(rpc.agent, rpc.action) == ToldBy::jobs;
  if (rpc.detach || kept_as_jobs) {
    detach(arguments, *prepared);
  } else {
    take_timeout(arguments, wanted->metadata, question);
  }
  if (!rpc.about.empty() && !rpc.yes && action.changes && is_unfiltered(question, rpc.selection)) {
    if (const int refused = confirm(arguments, rpc.about); refused != 0) {
      return refused;
    }
  }
  if (*kept) {
    return keep_running(arguments, rpc, std::move(*prepared), *selection, **kept);
  }
  if (rpc.no_results || !rpc.reply_to.empty()) {
    return send_without_waiting(arguments, rpc, *prepared);
  }
  return call(arguments, rpc, std::move(*prepared), rpc.detach ? begin_of(action) : action, *selection);
}

}  // namespace muster::cli
