// SPDX-License-Identifier: Apache-2.0
#include "cli/run_watch.hpp"

#include <optional>

#include "cli/output/job_report.hpp"
#include "libmuster/model/utf8.hpp"

namespace muster::cli {

namespace {

using Seen = RunSchedule::Seen;
using Sights = std::map<std::string, RunSchedule::Sight>;

bool is_true(const boost::json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// Longer reasons than any tool's line are of no use to a reader.
constexpr std::size_t longest_reason = 512;

std::string text_in(const boost::json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return {};
  }
  const auto& text = value->get_string();
  return truncate_utf8({text.data(), text.size()}, longest_reason, "…");
}

std::optional<std::int64_t> time_in(const boost::json::object& data, std::string_view name)
{
  const auto* value = data.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional{value->get_int64()} : std::nullopt;
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

// What the node says of the run that was begun there at that time, if it says anything of it.
std::optional<RunSchedule::Sight> sight_of_begun(const boost::json::object& data, std::int64_t begun)
{
  const auto told = time_in(data, "run_began");
  const auto state = text_in(data, "run_state");
  if (!told || *told < begun) {
    return std::nullopt;
  }
  if (*told > begun) {
    return RunSchedule::Sight{Seen::failed, "another run has been begun since: its end is not known"};
  }
  if (state == "running" || (state == "interrupted" && is_true(data, "applying"))) {
    return Seen::running;
  }
  if (state == "interrupted") {
    return RunSchedule::Sight{Seen::failed, "interrupted: its end is not known"};
  }
  if (state == "failed") {
    const auto why = text_in(data, "run_message");
    return RunSchedule::Sight{Seen::failed, why.empty() ? state : state + ": " + why};
  }
  return state == "done" ? std::optional<RunSchedule::Sight>{Seen::over} : std::nullopt;
}

RunSchedule::Sight sight_of_puppet(const boost::json::object& data)
{
  const auto rests = is_true(data, "enabled") ? Seen::idle : Seen::disabled;
  return is_true(data, "applying") ? Seen::running : rests;
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

void add_begun_run(BegunRuns& begun, const fleet::NodeAccount& node)
{
  if (const auto when = has_told(node) ? time_in(node.answer->data, "initiated_at") : std::nullopt) {
    begun[node.name] = *when;
  }
}

Sights sights_of_status(const fleet::FleetReport& report, const BegunRuns& own)
{
  Sights sights;
  for (const auto& node : report.nodes) {
    if (has_told(node)) {
      const auto& data = node.answer->data;
      const auto begun = own.find(node.name);
      const auto told = begun == own.end() ? std::nullopt : sight_of_begun(data, begun->second);
      sights.emplace(node.name, told ? *told : sight_of_puppet(data));
    }
  }
  return sights;
}

}  // namespace muster::cli
