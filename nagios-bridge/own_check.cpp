// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/own_check.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace muster::bridge {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

std::string fill_of(const BridgeHealth& health)
{
  return fmt::format(
      "{} results wait in {:.1f} of {:.1f} MiB",
      health.depth,
      static_cast<double>(health.bytes) / mebibyte,
      static_cast<double>(health.limit) / mebibyte);
}

bool is_recent(const std::optional<Time>& time, Time now)
{
  return time && now - *time < OwnCheck::window;
}

std::string perfdata_of(const BridgeHealth& health)
{
  const auto half = health.limit / 2;
  auto text = fmt::format(
      "results={:.1f} waiting={} bytes={}B;{};{};0;{} gaps={}c dead_letters={}",
      health.per_second,
      health.depth,
      health.bytes,
      half,
      health.limit,
      health.limit,
      health.gaps,
      health.letters.open);
  for (const auto& sink : health.sinks) {
    text += fmt::format(" '{}'={:.1f}", sink.name, sink.per_second);
  }
  return text;
}

}  // namespace

OwnCheck::Result OwnCheck::look(const BridgeHealth& health)
{
  std::vector<Finding> findings;
  look_at_queue(health, findings);
  look_at_broker(health, findings);
  for (const auto& sink : health.sinks) {
    look_at_sink(sink, health.now, findings);
  }
  for (const auto& worker : health.workers) {
    look_at_worker(worker, health.now, findings);
  }
  look_at_losses(health, findings);
  for (const auto& door : health.closed_doors) {
    findings.push_back({CheckState::warning, door});
  }
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
    return severity(a.state) > severity(b.state);
  });
  Result result;
  for (auto& finding : findings) {
    result.details += (result.details.empty() ? "" : "\n") + finding.words;
    result.problems.push_back(std::move(finding.words));
  }
  result.state = findings.empty() ? CheckState::ok : findings.front().state;
  result.summary =
      findings.empty()
          ? fmt::format("{:.1f} results/s of {} nodes, {}", health.per_second, health.nodes, fill_of(health))
          : result.problems.front();
  if (result.problems.size() > 1) {
    result.summary += fmt::format(" (and {} more)", result.problems.size() - 1);
  } else {
    result.details.clear();
  }
  result.perfdata = perfdata_of(health);
  return result;
}

std::chrono::milliseconds OwnCheck::lasts(const std::string& what, bool is, Time now)
{
  if (!is) {
    since_.erase(what);
    return std::chrono::milliseconds{-1};
  }
  auto& since = since_.try_emplace(what, now).first->second;
  since = std::min(since, now);  // the clock was put back
  return now - since;
}

void OwnCheck::look_at_queue(const BridgeHealth& health, std::vector<Finding>& findings)
{
  if (!health.problem.empty()) {
    findings.push_back({CheckState::critical, "nothing can be stored: " + health.problem});
  } else if (!health.damage.empty()) {
    findings.push_back({CheckState::critical, health.damage});
  }
  if (health.full) {
    findings.push_back(
        {CheckState::critical, "the queue is full, and nothing is taken from the fleet: " + fill_of(health)});
  } else if (health.room != Queue::Room::plenty) {
    findings.push_back({CheckState::warning, "the queue is more than half full: " + fill_of(health)});
  }
}

void OwnCheck::look_at_broker(const BridgeHealth& health, std::vector<Finding>& findings)
{
  if (lasts("broker", !health.connected, health.now) >= patience) {
    findings.push_back({CheckState::critical, "there is no connection to a broker"});
  }
}

void OwnCheck::look_at_sink(const SinkHealth& sink, Time now, std::vector<Finding>& findings)
{
  const auto lasted = lasts("sink " + sink.name, !sink.state.working, now);
  const auto& trouble = sink.state.trouble;
  if (lasted >= patience) {
    findings.push_back(
        {lasted >= long_patience ? CheckState::critical : CheckState::warning,
         fmt::format(
             "{} takes nothing: {}; {} results wait",
             sink.name,
             trouble.empty() ? "it has not answered yet" : trouble,
             sink.waiting)});
  } else if (sink.state.working && !trouble.empty()) {
    findings.push_back({CheckState::warning, sink.name + ": " + trouble});
  }
}

// Not more than a warning: its checks are run, by the program.
void OwnCheck::look_at_worker(const WorkerHealth& worker, Time now, std::vector<Finding>& findings)
{
  if (lasts("worker " + worker.socket, !worker.registered, now) >= patience) {
    findings.push_back(
        {CheckState::warning,
         fmt::format(
             "the Nagios behind {} has no worker: {}",
             worker.socket,
             worker.trouble.empty() ? "it has not answered yet" : worker.trouble)});
  }
}

void OwnCheck::look_at_losses(const BridgeHealth& health, std::vector<Finding>& findings)
{
  const auto& letters = health.letters;
  if (letters.gaps > 0 && is_recent(letters.last_gap, health.now)) {
    findings.push_back(
        {CheckState::warning,
         fmt::format("results of {} nodes are missing for good (nagios-bridge dead-letters)", letters.gaps)});
  }
  if (letters.open > 0 && is_recent(letters.last, health.now)) {
    findings.push_back(
        {CheckState::warning,
         fmt::format("a monitor does not take {} services (nagios-bridge dead-letters)", letters.open)});
  }
  if (letters.left_out > 0) {
    findings.push_back(
        {CheckState::warning,
         fmt::format("{} results found no place among the dead letters", letters.left_out)});
  }
}

}  // namespace muster::bridge
