// SPDX-License-Identifier: Apache-2.0
//
// Jobs as people read them.
#include <array>

#include <fmt/format.h>

#include "cli/output/columns.hpp"
#include "cli/output/fate_lists.hpp"
#include "cli/output/headline.hpp"
#include "cli/output/job_report.hpp"
#include "cli/output/rpc_report.hpp"

namespace muster::cli {

namespace {

// In the order in which counts are read.
constexpr std::array<std::string_view, 6> counted{
    "done", "failed", "interrupted", "cancelled", "not told", "running"};

constexpr std::size_t state_width = 14;
constexpr std::size_t name_width = 40;

// "12 done, 1 failed, 1 running"
std::string counts_text(const Job& job)
{
  std::string text;
  for (const auto state : counted) {
    if (const auto count = job.count(state); count > 0) {
      text += text.empty() ? "" : ", ";
      text += fmt::format("{} {}", count, state);
    }
  }
  return text;
}

std::string coloured(const std::string& text, const std::string& state, const TextStyle& style)
{
  if (state == "done") {
    return style.green(text);
  }
  return state == "running" ? style.cyan(text) : state == "cancelled" ? style.yellow(text) : style.red(text);
}

std::string remark(const JobRun& run)
{
  if (run.state == "running") {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(run.running_for);
    return "for " + age_text(seconds) + (run.message.empty() ? "" : "; " + one_line(run.message));
  }
  return run.message == "OK" ? std::string{} : one_line(run.message);
}

std::string run_line(const JobRun& run, const TextStyle& style)
{
  const auto note = remark(run);
  const auto name = one_line(run.node);
  return "   " + coloured(padded(run.state, state_width), run.state, style) +
         (note.empty() ? name : padded(name, name_width) + " " + note) + "\n";
}

std::string what(const JobRun& run)
{
  return one_line(run.agent + " " + run.action + (run.given.empty() ? "" : " " + run.given));
}

// Who is not done, and with -v who is, too.
std::string run_lines(const Job& job, const OutputOptions& options)
{
  std::string text;
  for (const auto& run : job.runs) {
    if (options.verbose || run.state != "done") {
      text += run_line(run, options.style);
    }
  }
  return text.empty() ? text : text + "\n";
}

const JobRun* one_that_tells(const Job& job)
{
  for (const auto& run : job.runs) {
    if (!run.agent.empty()) {
      return &run;
    }
  }
  return nullptr;
}

std::string heading(const Job& job, const OutputOptions& options)
{
  const auto* run = one_that_tells(job);
  if (run == nullptr) {
    return "Job " + job.id + "\n\n";
  }
  return fmt::format(
      "Job {} of {}: {}, begun {}\n\n",
      job.id,
      one_line(run->caller),
      what(*run),
      iso_8601(run->started, options.zone));
}

std::string nobody_has_it(const Job& job, const fleet::FleetReport& report, const OutputOptions& options)
{
  return interrupted_text(report, options) + "No node that answered has a job " + one_line(job.id) + "\n\n" +
         headline(report, options) + fate_lists(report, options, SinceWhen::of_the_gone);
}

std::string body(const Job& job, const fleet::FleetReport& report, const OutputOptions& options)
{
  return run_lines(job, options) + counts_text(job) + "\n\n" + headline(report, options) +
         fate_lists(report, options, SinceWhen::of_the_gone);
}

}  // namespace

std::string job_text(const Job& job, const fleet::FleetReport& report, const OutputOptions& options)
{
  if (job.runs.empty()) {
    return nobody_has_it(job, report, options);
  }
  return interrupted_text(report, options) + heading(job, options) + body(job, report, options);
}

std::string job_result_text(
    const Job& job, const ddl::Action& action, const fleet::FleetReport& report, const OutputOptions& options)
{
  std::string text;
  for (const auto& run : job.runs) {
    if (run.state != "done" && run.state != "failed") {
      continue;
    }
    protocol::Answer answer;
    answer.node = run.node;
    answer.status = run.status;
    answer.message = run.message;
    answer.data = run.data;
    text += reply_text(answer, action, options);
  }
  return text + job_text(job, report, options);
}

std::string job_list_text(
    const std::vector<Job>& jobs, const fleet::FleetReport& report, const OutputOptions& options)
{
  std::vector<std::vector<std::string>> rows;
  rows.reserve(jobs.size());
  for (const auto& job : jobs) {
    const auto* run = one_that_tells(job);
    rows.push_back(
        run == nullptr
            ? std::vector<std::string>{job.id, "", "", "", counts_text(job)}
            : std::vector<std::string>{
                  job.id, run->caller, iso_8601(run->started, options.zone), what(*run), counts_text(job)});
  }
  const auto table = rows.empty()
                         ? std::string{"No jobs\n"}
                         : table_text({"job", "caller", "begun", "action", "nodes"}, rows, options.style);
  return interrupted_text(report, options) + table + "\n" + headline(report, options) +
         fate_lists(report, options, SinceWhen::of_the_gone);
}

}  // namespace muster::cli
