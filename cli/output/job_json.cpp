// SPDX-License-Identifier: Apache-2.0
//
// Jobs as programs read them: docs/json/job.schema.json and job_list.schema.json.
#include "cli/output/job_report.hpp"
#include "cli/output/json_parts.hpp"
#include "cli/output/json_text.hpp"

namespace muster::cli {

namespace json = boost::json;

namespace {

json::object run_json(const JobRun& run, Zone zone)
{
  json::object object{{"node", run.node}, {"state", run.state}};
  if (!run.agent.empty()) {
    object["caller"] = run.caller;
    object["agent"] = run.agent;
    object["action"] = run.action;
    object["given"] = run.given;
    object["started"] = iso_8601_precise(run.started, zone);
  }
  if (run.finished) {
    object["finished"] = iso_8601_precise(*run.finished, zone);
    object["status"] = run.status;
  }
  object["message"] = run.message;
  return object;
}

json::array runs_json(const Job& job, Zone zone, bool with_data)
{
  json::array runs;
  for (const auto& run : job.runs) {
    auto object = run_json(run, zone);
    if (with_data) {
      object["data"] = run.data;
    }
    runs.push_back(std::move(object));
  }
  return runs;
}

json::object counts_json(const Job& job)
{
  json::object counts;
  for (const auto* state : {"running", "done", "failed", "cancelled", "interrupted", "not told"}) {
    counts[state] = job.count(state);
  }
  return counts;
}

}  // namespace

std::string job_json(
    const std::string& command, const Job& job, const fleet::FleetReport& report, const JsonContext& context)
{
  auto object = report_of("job " + command, report, context, FoundBy::answer);
  object["job"] = job.id;
  object["counts"] = counts_json(job);
  object["runs"] = runs_json(job, context.zone, command == "result");
  object["nodes"] = nodes_of(report);
  return json_text(std::move(object));
}

std::string job_list_json(
    const std::vector<Job>& jobs, const fleet::FleetReport& report, const JsonContext& context)
{
  auto object = report_of("job list", report, context, FoundBy::answer);
  json::array list;
  for (const auto& job : jobs) {
    list.push_back(
        {{"job", job.id}, {"counts", counts_json(job)}, {"runs", runs_json(job, context.zone, false)}});
  }
  object["jobs"] = std::move(list);
  object["nodes"] = nodes_of(report);
  return json_text(std::move(object));
}

}  // namespace muster::cli
