// SPDX-License-Identifier: Apache-2.0
//
// Jobs as the nodes tell them: read, and what they mean for the exit status.
#include "cli/output/job_report.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/output/exit_status.hpp"
#include "libmuster/ddl/aggregates.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_word = 64;
constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_message = 8192;
constexpr std::int64_t largest_status = 5;

// In the order in which an operator wants to see them.
const std::vector<std::string_view> states{
    "failed", "interrupted", "not told", "cancelled", "running", "done", "unknown"};

std::size_t place_of(std::string_view state)
{
  return static_cast<std::size_t>(std::find(states.begin(), states.end(), state) - states.begin());
}

std::string in_a_line(const json::object& inputs)
{
  std::string text;
  for (const auto& [name, value] : inputs) {
    text += text.empty() ? "" : " ";
    text += name;
    text += "=";
    text += ddl::text_of(value);
  }
  return text;
}

JobRun not_told(const std::string& node, std::string why)
{
  JobRun run;
  run.node = node;
  run.state = "not told";
  run.message = std::move(why);
  return run;
}

void take_end(protocol::JsonReader& reader, const protocol::Answer& answer, JobRun& run)
{
  if (run.state == "running") {
    run.running_for = std::max(answer.now - run.started, std::chrono::milliseconds{0});
    return;
  }
  run.finished = reader.time("finished");
  run.status = static_cast<int>(reader.optional_integer("status", 0, largest_status, 0));
  run.message = reader.optional_string("message", longest_message);
  run.data = reader.object("data");
}

// `object` as the node wrote it: {"job", "state", …}.
JobRun run_of(const protocol::Answer& answer, const json::object& object)
{
  protocol::JsonReader reader{object, "job"};
  JobRun run;
  run.node = answer.node;
  run.state = states[reader.one_of("state", states)];
  if (run.state == "unknown" && !reader.error()) {
    return run;
  }
  run.caller = reader.string("caller", longest_name);
  run.agent = reader.string("agent", longest_name);
  run.action = reader.string("action", longest_name);
  run.given = reader.has("inputs") ? in_a_line(reader.object("inputs"))
                                   : reader.optional_string("given", longest_name * 4);
  run.started = reader.time("started");
  take_end(reader, answer, run);
  return reader.error() ? not_told(answer.node, "it does not make sense: " + reader.error()->message) : run;
}

JobRun run_in(const protocol::Answer& answer)
{
  if (answer.data.contains("state")) {
    auto run = run_of(answer, answer.data);
    if (answer.status != 0 && run.state == "running") {
      run.message = answer.message;  // it could not be cancelled
    }
    return run;
  }
  return not_told(answer.node, answer.message);
}

bool has_told(const fleet::NodeAccount& node)
{
  return node.fate == fleet::Fate::done && node.answer;
}

void sort(Job& job)
{
  std::sort(job.runs.begin(), job.runs.end(), [](const JobRun& left, const JobRun& right) {
    return std::pair{place_of(left.state), left.node} < std::pair{place_of(right.state), right.node};
  });
}

bool went_wrong(const JobRun& run)
{
  return run.state != "running" && run.state != "done";
}

void add_to(std::map<std::string, Job>& jobs, const protocol::Answer& answer, const json::object& object)
{
  protocol::JsonReader reader{object, "job"};
  const auto id = reader.string("job", longest_word);
  if (!reader.error()) {
    auto& job = jobs.try_emplace(id, Job{id, {}}).first->second;
    job.runs.push_back(run_of(answer, object));
  }
}

// `answered`: what the answers alone would ask for.
int status_with(int answered, const Job& job, int of_runs)
{
  if (answered == 3) {
    return answered;
  }
  if (job.runs.empty()) {
    return answered == 2 ? 2 : 1;
  }
  return answered == 2 ? 2 : of_runs;
}

}  // namespace

std::size_t Job::count(std::string_view state) const
{
  return static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [&](const JobRun& run) { return run.state == state; }));
}

Job make_job(const std::string& id, const fleet::FleetReport& report)
{
  Job job{id, {}};
  for (const auto& node : report.nodes) {
    if (!has_told(node)) {
      continue;
    }
    if (auto run = run_in(*node.answer); run.state != "unknown") {
      job.runs.push_back(std::move(run));
    }
  }
  sort(job);
  return job;
}

std::vector<Job> make_job_list(const fleet::FleetReport& report)
{
  std::map<std::string, Job> by_id;
  for (const auto& node : report.nodes) {
    const auto* told = has_told(node) ? node.answer->data.if_contains("jobs") : nullptr;
    if (told == nullptr || !told->is_array()) {
      continue;
    }
    for (const auto& element : told->get_array()) {
      if (const auto* object = element.if_object()) {
        add_to(by_id, *node.answer, *object);
      }
    }
  }
  std::vector<Job> jobs;
  for (auto& [id, job] : by_id) {
    sort(job);
    jobs.push_back(std::move(job));
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const Job& left, const Job& right) {
    return left.runs.front().started < right.runs.front().started;
  });
  return jobs;
}

int job_exit_status(const Job& job, const fleet::FleetReport& report, const Strictness& strictness)
{
  const bool wrong = std::any_of(job.runs.begin(), job.runs.end(), went_wrong);
  const int of_runs = wrong ? 2 : job.count("running") > 0 ? exit_job_runs : 0;
  return status_with(command_exit_status(report, strictness), job, of_runs);
}

int cancel_exit_status(const Job& job, const fleet::FleetReport& report, const Strictness& strictness)
{
  const int of_runs = job.count("running") > 0 || job.count("not told") > 0 ? 2 : 0;
  return status_with(command_exit_status(report, strictness), job, of_runs);
}

}  // namespace muster::cli
