// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/fact_groups.hpp"
#include "cli/output/json_report.hpp"
#include "cli/output/output_options.hpp"
#include "libmuster/ddl/ddl.hpp"
#include "libmuster/fleet/fleet_report.hpp"

namespace muster::cli {

// Which replies `mco rpc` shows one by one; `notable`: those that failed, and those that say more than OK.
enum class Shown { ok, failed, notable, all };

// What `mco rpc` did: borrowed for the duration of a call.
struct RpcOutcome {
  const std::string& agent;
  const ddl::Action& action;
  const fleet::FleetReport& report;
  std::vector<std::string> not_asked;  // nodes of batches that did not come to pass
  std::string why_not_asked;
  std::optional<std::chrono::milliseconds> detached{};  // it became a job, which may take so long
  std::string by{};                                     // --by: the fact of the groups
  std::vector<FactGroup> groups{};                      // have aggregates of their own
};

bool is_shown(const protocol::Answer& answer, Shown shown) noexcept;

// Whether its message says more than OK: why it failed, or that what was asked for is still to come.
bool has_remark(const protocol::Answer& answer) noexcept;

// One node's reply: its name and what became of it in MCollective's words, its message, its data under the
// names that the DDL gives them. Ends with an empty line.
std::string reply_text(
    const protocol::Answer& answer, const ddl::Action& action, const OutputOptions& options);

// What stands behind the replies: aggregates, the headline (verbose: the statistics), who did not answer,
// and the counts of Nagios's states if the action has them.
std::string rpc_summary(const RpcOutcome& outcome, const OutputOptions& options);

// Of a job that has begun: where, and how to hear of it.
std::string job_begun_text(const RpcOutcome& outcome);

// docs/json/rpc.schema.json; `replies` are as MCollective writes them.
std::string rpc_json(const RpcOutcome& outcome, const JsonContext& context);

// Of a request whose replies nobody waits for here: docs/json/sent.schema.json.
std::string request_sent_json(const std::string& id, const std::string& reply_to);

}  // namespace muster::cli
