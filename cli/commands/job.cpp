// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/job.hpp"

#include "cli/commands/asking.hpp"
#include "cli/commands/ddl_source.hpp"
#include "cli/exit_code.hpp"
#include "cli/output/job_report.hpp"
#include "cli/terminal.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::cli {

namespace {

// What a command has learned of one job.
struct Told {
  Prepared prepared;
  fleet::FleetReport report;
  Job job;
};

tl::expected<Told, int> ask_about(
    const FleetArguments& arguments, const std::string& action, const std::string& id)
{
  if (!protocol::is_session_name(id)) {
    const Error wrong{
        ErrorCode::invalid_input,
        "'" + id.substr(0, 80) + "' is no name of a job: expected letters and digits, as --detach told them"};
    return tl::unexpected{fail(arguments, {wrong}, exit_usage)};
  }
  auto prepared = prepare(arguments);
  if (!prepared) {
    return tl::unexpected{prepared.error()};
  }
  auto& question = prepared->addressed.question;
  question.agent = "job";
  question.action = action;
  question.data["job"] = id;
  auto report = ask(arguments, *prepared);
  if (!report) {
    return tl::unexpected{report.error()};
  }
  auto job = make_job(id, *report);
  return Told{std::move(*prepared), std::move(*report), std::move(job)};
}

int show(const FleetArguments& arguments, const std::string& command, const Told& told, int status)
{
  return print_and_exit(
      arguments,
      told.report,
      status,
      arguments.json ? job_json(command, told.job, told.report, json_context(arguments, told.report, status))
                     : job_text(told.job, told.report, output_options(arguments)));
}

// How its replies are shown: as the agent's DDL says, or plainly if no node has that agent any more.
ddl::Action action_of(const FleetArguments& arguments, const Told& told)
{
  for (const auto& run : told.job.runs) {
    if (run.agent.empty()) {
      continue;
    }
    const auto document = find_ddl(arguments, told.prepared, run.agent);
    const auto* action = document ? document->document.agent.find(run.action) : nullptr;
    return action == nullptr ? ddl::Action{} : *action;
  }
  return {};
}

}  // namespace

int run_job_list(const FleetArguments& arguments)
{
  auto prepared = prepare(arguments);
  if (!prepared) {
    return prepared.error();
  }
  prepared->addressed.question.agent = "job";
  prepared->addressed.question.action = "list";
  const auto report = ask(arguments, *prepared);
  if (!report) {
    return report.error();
  }
  const auto jobs = make_job_list(*report);
  const int status = command_exit_status(*report, prepared->strictness);
  return print_and_exit(
      arguments,
      *report,
      status,
      arguments.json ? job_list_json(jobs, *report, json_context(arguments, *report, status))
                     : job_list_text(jobs, *report, output_options(arguments)));
}

int run_job_status(const FleetArguments& arguments, const std::string& job)
{
  const auto told = ask_about(arguments, "status", job);
  if (!told) {
    return told.error();
  }
  const int status = job_exit_status(told->job, told->report, told->prepared.strictness);
  return show(arguments, "status", *told, status);
}

int run_job_result(const FleetArguments& arguments, const std::string& job)
{
  const auto told = ask_about(arguments, "result", job);
  if (!told) {
    return told.error();
  }
  const int status = job_exit_status(told->job, told->report, told->prepared.strictness);
  if (arguments.json || told->job.runs.empty()) {
    return show(arguments, "result", *told, status);
  }
  const auto action = action_of(arguments, *told);
  return print_and_exit(
      arguments,
      told->report,
      status,
      job_result_text(told->job, action, told->report, output_options(arguments)));
}

int run_job_cancel(const FleetArguments& arguments, const std::string& job)
{
  const auto told = ask_about(arguments, "cancel", job);
  if (!told) {
    return told.error();
  }
  const int status = cancel_exit_status(told->job, told->report, told->prepared.strictness);
  return show(arguments, "cancel", *told, status);
}

}  // namespace muster::cli
