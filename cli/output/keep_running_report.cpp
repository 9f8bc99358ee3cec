// SPDX-License-Identifier: Apache-2.0
#include "cli/output/keep_running_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/output/json_text.hpp"
#include "cli/run_watch.hpp"

namespace muster::cli {

namespace {

namespace json = boost::json;

std::string what_it_did(const KeepRunningOutcome& outcome)
{
  const auto count = outcome.schedule.count_started();
  const auto what = told_by(outcome.agent, outcome.action) == ToldBy::status
                        ? std::string{"Initiated a Puppet run"}
                        : "Started " + outcome.agent + " " + outcome.action;
  return fmt::format("{} on {} {}", what, count, count == 1 ? "node" : "nodes");
}

json::array with_reasons(const std::map<std::string, std::string>& reasons)
{
  json::array list;
  for (const auto& [node, why] : reasons) {
    list.push_back(json::object{{"node", node}, {"why", why}});
  }
  return list;
}

json::array names(const std::vector<std::string>& nodes)
{
  return json::array(nodes.begin(), nodes.end());  // NOLINT(modernize-return-braced-init-list)
}

}  // namespace

std::string keep_running_text(const KeepRunningOutcome& outcome, bool ended_early)
{
  const auto& schedule = outcome.schedule;
  const auto* begin = ended_early              ? "Ended early. "
                      : schedule.has_stopped() ? "Stopped: too many have failed. "
                                               : "Iteration complete. ";
  auto text = begin + what_it_did(outcome) + ".";
  if (const auto running = schedule.running(); !running.empty()) {
    text += fmt::format(" Still running: {}.", fmt::join(running, " "));
  }
  if (const auto waiting = schedule.waiting(); !waiting.empty()) {
    text += fmt::format(" Not started: {}.", fmt::join(waiting, " "));
  }
  return text;
}

std::string keep_running_json(const KeepRunningOutcome& outcome, int exit_status)
{
  const auto& schedule = outcome.schedule;
  return json_text(json::object{
      {"command", "keep_running"},
      {"agent", outcome.agent},
      {"action", outcome.action},
      {"exit_status", exit_status},
      {"started", schedule.count_started()},
      {"left_out", with_reasons(schedule.left_out())},
      {"failed", with_reasons(schedule.ended_badly())},
      {"running", names(schedule.running())},
      {"not_started", names(schedule.waiting())}});
}

}  // namespace muster::cli
