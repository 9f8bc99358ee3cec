// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "cli/output/output_options.hpp"
#include "libmuster/fleet/fleet_report.hpp"
#include "libmuster/protocol/check_runs.hpp"

// Fleet reports to lay out: a report is made of nodes, each with its fate, and adds itself up.
namespace muster::cli::samples {

using fleet::Fate;
using fleet::FleetReport;
using fleet::NodeAccount;
using namespace std::chrono_literals;

// 2026-11-22T19:16:31Z
inline constexpr protocol::Time start{1795374991000ms};

inline CheckResult run(
    std::string check, CheckState state, std::string summary, std::chrono::milliseconds time = 12ms)
{
  CheckResult result;
  result.check = std::move(check);
  result.state = state;
  result.summary = std::move(summary);
  result.started = start;
  result.finished = start + time;
  return result;
}

inline NodeAccount node(std::string name, Fate fate)
{
  NodeAccount account;
  account.name = std::move(name);
  account.fate = fate;
  account.presence = protocol::Presence{};
  account.presence->name = account.name;
  if (fate == Fate::gone) {
    account.presence->state = protocol::NodeState::gone;
  }
  return account;
}

inline NodeAccount answered(std::string name, Fate fate = Fate::done)
{
  auto account = node(std::move(name), fate);
  account.round_trip = 85280us;
  account.answer = protocol::Answer{};
  account.answer->node = account.name;
  account.answer->now = start;
  return account;
}

inline NodeAccount done(std::string name, const std::vector<CheckResult>& runs)
{
  auto account = answered(std::move(name));
  account.answer->data = protocol::to_json(runs);
  return account;
}

inline NodeAccount refused(std::string name, protocol::Refusal reason, std::string message)
{
  auto account = answered(std::move(name), Fate::refused);
  account.answer->outcome = protocol::Outcome::refused;
  account.answer->reason = reason;
  account.answer->message = std::move(message);
  return account;
}

inline NodeAccount gone(std::string name, std::chrono::seconds age)
{
  auto account = node(std::move(name), Fate::gone);
  account.last_seen = age;
  return account;
}

inline NodeAccount lost(std::string name)
{
  auto account = node(std::move(name), Fate::lost);
  account.last_seen = 200s;
  account.note = "silent";
  return account;
}

inline FleetReport report_of(std::vector<NodeAccount> nodes)
{
  FleetReport report;
  report.nodes = std::move(nodes);
  report.started = start;
  report.discovery = 12340us;
  report.total = 439980us;
  report.roll_call_complete = true;
  auto& account = report.account;
  for (const auto& entry : report.nodes) {
    std::size_t* const counters[]{
        &account.done, &account.not_meant, &account.refused, &account.late, &account.lost, &account.gone};
    *counters[static_cast<std::size_t>(entry.fate)] += 1;
  }
  account.known = report.nodes.size();
  account.asked = account.known - account.gone;
  return report;
}

inline OutputOptions plain()
{
  OutputOptions options;
  options.zone = Zone::utc;
  return options;
}

inline OutputOptions verbose()
{
  auto options = plain();
  options.verbose = true;
  return options;
}

}  // namespace muster::cli::samples
