// SPDX-License-Identifier: Apache-2.0
#include "cli/run_watch.hpp"

#include "cli/output/job_report.hpp"

namespace muster::cli {

namespace {

using Seen = RunSchedule::Seen;
using Sights = std::map<std::string, RunSchedule::Sight>;

bool is_true(const boost::json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool has_told(const fleet::NodeAccount& node)
{
  return node.fate == fleet::Fate::done && node.answer && node.answer->status == 0;
}

RunSchedule::Sight sight_of(const JobRun& run)
{
  if (run.state == "running") {
    return Seen::running;
  }
  return run.state == "done" ? RunSchedule::Sight{Seen::over} : RunSchedule::Sight{Seen::failed, run.state};
}

}  // namespace

ToldBy told_by(std::string_view agent, std::string_view action)
{
  return agent == "puppet" && action == "runonce" ? ToldBy::status : ToldBy::jobs;
}

Sights sights_of_jobs(
    const fleet::FleetReport& report,
    const std::string& agent,
    const std::string& action,
    const StartedJobs& own)
{
  Sights sights;
  for (const auto& node : report.nodes) {
    if (has_told(node)) {
      const auto started = own.find(node.name);
      const bool at_once = started != own.end() && started->second.empty();
      sights.emplace(node.name, at_once ? Seen::over : Seen::idle);
    }
  }
  for (const auto& job : make_job_list(report)) {
    for (const auto& run : job.runs) {
      const auto sight = sights.find(run.node);
      if (sight == sights.end()) {
        continue;
      }
      const auto started = own.find(run.node);
      if (started != own.end() && started->second == job.id) {
        sight->second = sight_of(run);
      } else if (
          sight->second.does == Seen::idle && run.state == "running" && run.agent == agent &&
          run.action == action) {
        sight->second = Seen::running;
      }
    }
  }
  return sights;
}

Sights sights_of_status(const fleet::FleetReport& report)
{
  Sights sights;
  for (const auto& node : report.nodes) {
    if (has_told(node)) {
      const auto& data = node.answer->data;
      const auto rests = is_true(data, "enabled") ? Seen::idle : Seen::disabled;
      sights.emplace(node.name, is_true(data, "applying") ? Seen::running : rests);
    }
  }
  return sights;
}

}  // namespace muster::cli
