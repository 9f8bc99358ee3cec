// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/json_report.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/ddl/ddl.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// A job on one node, as the node told it.
struct JobRun {
  std::string node;
  std::string state;  // running, done, failed, cancelled, interrupted; "not told" and why in `message`
  std::string caller;
  std::string agent;
  std::string action;
  std::string given;  // its inputs in a line
  Milliseconds started;
  std::optional<Milliseconds> finished;
  std::chrono::milliseconds running_for{};  // by the node's clock, when it answered
  int status = 0;
  std::string message;
  boost::json::object data;  // what it gave
};

// A job on the nodes that have it: the failed first, then those that run, then the rest; each by name.
struct Job {
  std::string id;
  std::vector<JobRun> runs;

  // How many of its runs are in a state.
  [[nodiscard]] std::size_t count(std::string_view state) const;
};

// What the nodes' answers to `status`, `result` or `cancel` of agent job say; hostile input.
Job make_job(const std::string& id, const fleet::FleetReport& report);

// All jobs of the answers to `list`, the oldest first.
std::vector<Job> make_job_list(const fleet::FleetReport& report);

// 0 over and well, 1 nobody has it, 2 some failed or did not answer, 3 nobody answered, 4 it still runs.
inline constexpr int exit_job_runs = 4;
int job_exit_status(const Job& job, const fleet::FleetReport& report, const Strictness& strictness);
// Of a cancel: 0 when it runs nowhere any more.
int cancel_exit_status(const Job& job, const fleet::FleetReport& report, const Strictness& strictness);

std::string job_text(const Job& job, const fleet::FleetReport& report, const OutputOptions& options);
std::string job_list_text(
    const std::vector<Job>& jobs, const fleet::FleetReport& report, const OutputOptions& options);

// Each reply as if it had been waited for, then the job as job_text() tells it.
std::string job_result_text(
    const Job& job,
    const ddl::Action& action,
    const fleet::FleetReport& report,
    const OutputOptions& options);

// docs/json/job.schema.json of `mco job status`, `result` (with data) and `cancel`; job_list.schema.json.
std::string job_json(
    const std::string& command, const Job& job, const fleet::FleetReport& report, const JsonContext& context);
std::string job_list_json(
    const std::vector<Job>& jobs, const fleet::FleetReport& report, const JsonContext& context);

}  // namespace muster::cli
