// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libmuster/error.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::node {

// How far a job has come. `interrupted`: checkagent was stopped while it ran, and nobody knows its end.
enum class JobState { running, done, failed, cancelled, interrupted };

std::string_view to_string(JobState state);

// An action that was asked for with `detach`: it runs whoever listens, and what it gave is kept on the node.
// Its name is the id of the request that began it, so that one broadcast is one job on all its nodes.
struct JobRecord {
  std::string id;
  std::string caller;
  std::string agent;
  std::string action;
  protocol::json::object inputs;
  JobState state = JobState::running;
  protocol::Time started;
  protocol::Time deadline;
  protocol::Time finished;      // unless it runs
  int status = 0;               // of one that is done or failed: MCollective's
  std::string message;          // of one that has ended: "OK", or why not
  protocol::json::object data;  // what the action gave; empty in records that are only listed
};

// A file of the job store: no reader of it takes more than this.
inline constexpr std::size_t largest_job_record = protocol::largest_message;

// Always one that parse_job_record() takes: long texts of its data are cut with a visible mark, and inputs
// too long to be kept beside them are left out.
std::string encode(const JobRecord& record);
Expected<JobRecord> parse_job_record(std::string_view text);

// As a list keeps it: without what the action gave, and without inputs that are too long to be shown.
JobRecord listed(JobRecord record);

// What the node tells of a job: all but its data, and its inputs and message only `in_full`.
protocol::json::object to_json(const JobRecord& record, bool in_full);

}  // namespace muster::node
