// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/rpc.hpp"

#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands/asking.hpp"
#include "cli/commands/confirmation.hpp"
#include "cli/commands/ddl_source.hpp"
#include "cli/commands/selection.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/rpc_report.hpp"
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
  return action.display == ddl::Display::ok ? Shown::ok : Shown::failed;
}

// The agent's own timeout counts unless the operator gave one: it knows how long its work may take.
void take_timeout(const FleetArguments& arguments, const ddl::Metadata& agent, fleet::Question& question)
{
  if (!arguments.timeout_s) {
    question.wait = std::max(question.wait, agent.timeout);
  }
}

// "alice@ops1/SESSION"; only our own: a node derives the topic of its answer from who signed the request.
tl::expected<std::string, std::string> session_of(const std::string& reply_to, const std::string& caller)
{
  if (reply_to.empty()) {
    return std::string{};
  }
  const auto slash = reply_to.find('/');
  if (slash == std::string::npos || reply_to.substr(0, slash) != caller) {
    return tl::unexpected{
        "--reply-to: expected " + caller +
        "/SESSION: nodes answer to whoever signed the request, and that is you"};
  }
  auto session = reply_to.substr(slash + 1);
  if (!protocol::is_session_name(session)) {
    return tl::unexpected<std::string>{
        "--reply-to: a session is a word of letters and digits, at most 64 of them"};
  }
  return session;
}

int send_only(const FleetArguments& arguments, const RpcArguments& rpc, const Prepared& prepared)
{
  const auto session = session_of(rpc.reply_to, prepared.settings.caller);
  if (!session) {
    return fail_usage(arguments, session.error());
  }
  const auto id = client::send_fleet_request(prepared.settings, prepared.addressed.question, *session);
  if (!id) {
    return fail(arguments, {id.error()}, exit_code_of(id.error().code));
  }
  const auto where = rpc.reply_to.empty() ? std::string{} : " replies to " + rpc.reply_to;
  print(
      arguments.json ? request_sent_json(*id, rpc.reply_to) : "Request sent with id: " + *id + where + "\n");
  return 0;
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
  const auto selected = ask_selected(arguments, std::move(prepared), selection, on_answer);
  if (!selected) {
    return selected.error();
  }
  const auto& report = selected->report;
  const int told = command_exit_status(report, strictness);
  const int status = selected->not_asked.empty() || told > 1 ? told : 2;
  const RpcOutcome outcome{
      rpc.agent,
      action,
      report,
      selected->not_asked,
      selected->why_not_asked,
      rpc.detach ? std::optional{detach} : std::nullopt};
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

// What only a run that waits can keep to must not be passed over in silence: the whole fleet would be asked.
Expected<void> check_together(const RpcArguments& rpc)
{
  const auto& selection = rpc.selection;
  const bool selects = selection.one || !selection.limit.empty() || !selection.batch.empty() ||
                       !selection.max_failures.empty();
  if ((rpc.no_results || !rpc.reply_to.empty()) && (selects || rpc.detach)) {
    return failure(
        ErrorCode::invalid_input,
        std::string{rpc.no_results ? "--nr" : "--reply-to"} +
            " sends one request and waits for nobody, so that --limit, --one, --batch, --max-failures and "
            "--detach "
            "cannot be kept to: leave it out, or name the nodes with a filter");
  }
  if (rpc.detach && !rpc.selection.batch.empty()) {
    return failure(
        ErrorCode::invalid_input,
        "--detach does not wait, so that batches would all run at once: leave out --batch, or --detach");
  }
  return {};
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
  }
  return content;
}

// A pipe that was to bring names and brought none must not become a change of every node there is.
bool is_too_wide(StdinContent content, const ddl::Action& action, const fleet::Question& question)
{
  return (content == StdinContent::silent || content == StdinContent::text) && action.changes &&
         question.nodes.empty() && question.filter.empty();
}

}  // namespace

int run_rpc(const FleetArguments& typed_arguments, const RpcArguments& rpc)
{
  auto arguments = typed_arguments;
  const auto selection = check(rpc.selection);
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
        "standard input is a pipe that brings no nodes in JSON, and " + rpc.action +
            " would change every node: read names with -n -, give a filter, or add </dev/null");
  }
  if (rpc.detach) {
    detach(arguments, *prepared);
  } else {
    take_timeout(arguments, wanted->metadata, question);
  }
  if (!rpc.about.empty() && !rpc.yes && action.changes && is_unfiltered(question, rpc.selection)) {
    if (const int refused = confirm(arguments, rpc.about); refused != 0) {
      return refused;
    }
  }
  if (rpc.no_results || !rpc.reply_to.empty()) {
    return send_only(arguments, rpc, *prepared);
  }
  return call(arguments, rpc, std::move(*prepared), rpc.detach ? begin_of(action) : action, *selection);
}

}  // namespace muster::cli
