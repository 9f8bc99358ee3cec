// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "libmuster/fleet/fleet_report.hpp"
#include "libmuster/protocol/check_runs.hpp"

// Reports of a fleet to judge: each is made of nodes with their fates.
namespace muster::fleet_check::samples {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;

inline CheckResult run(CheckState state, std::string summary, std::string check = "check_load")
{
  CheckResult result;
  result.check = std::move(check);
  result.state = state;
  result.summary = std::move(summary);
  return result;
}

inline NodeAccount node(std::string name, Fate fate, std::string note = "")
{
  NodeAccount account;
  account.name = std::move(name);
  account.fate = fate;
  account.note = std::move(note);
  account.presence = protocol::Presence{};
  account.presence->name = account.name;
  return account;
}

inline NodeAccount done(std::string name, const CheckResult& result)
{
  auto account = node(std::move(name), Fate::done);
  account.answer = protocol::Answer{};
  account.answer->status = result.state == CheckState::ok ? 0 : 1;  // as agent nrpe has it
  account.answer->message = to_string(result.state);
  account.answer->data = protocol::to_json(result);
  return account;
}

inline NodeAccount done(std::string name, CheckState state, std::string summary = "said so")
{
  return done(std::move(name), run(state, std::move(summary)));
}

inline NodeAccount failed_there(std::string name, int status, std::string message)
{
  auto account = node(std::move(name), Fate::done);
  account.answer = protocol::Answer{};
  account.answer->status = status;
  account.answer->message = std::move(message);
  return account;
}

inline NodeAccount refused(std::string name, protocol::Refusal reason, std::string message)
{
  auto account = node(std::move(name), Fate::refused);
  account.answer = protocol::Answer{};
  account.answer->outcome = protocol::Outcome::refused;
  account.answer->reason = reason;
  account.answer->message = std::move(message);
  return account;
}

inline NodeAccount gone(
    std::string name, std::chrono::seconds age, protocol::NodeState state = protocol::NodeState::gone)
{
  auto account = node(std::move(name), Fate::gone);
  account.presence->state = state;
  account.last_seen = age;
  return account;
}

inline FleetReport report_of(std::vector<NodeAccount> nodes)
{
  FleetReport report;
  for (const auto& one : nodes) {
    fleet::count(report.account, one.fate);
  }
  report.nodes = std::move(nodes);
  report.roll_call_complete = true;
  return report;
}

}  // namespace muster::fleet_check::samples
