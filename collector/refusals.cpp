// SPDX-License-Identifier: Apache-2.0
#include "collector/refusals.hpp"

namespace muster::collector {

void Refusals::refused(const std::string& schedule, const std::string& node, protocol::Time now)
{
  schedules_[schedule][node] = {now, {}, 0};
}

void Refusals::answered(const std::string& schedule, const std::string& node, protocol::Time now)
{
  const auto of_schedule = schedules_.find(schedule);
  if (of_schedule == schedules_.end()) {
    return;
  }
  if (const auto known = of_schedule->second.find(node); known != of_schedule->second.end()) {
    known->second.answered = now;
  }
}

std::vector<std::string> Refusals::end_turn(const Turn& turn, protocol::Time now)
{
  std::vector<std::string> over;
  const auto of_schedule = schedules_.find(turn.schedule);
  if (of_schedule == schedules_.end()) {
    return over;
  }
  for (auto& [node, known] : of_schedule->second) {
    const bool again = turn.refused.contains(node);
    known.silent += again ? 0 : 1;
    const bool taken = known.answered && *known.answered >= turn.sent;
    const bool silent = known.silent >= silent_turns && now - known.refused >= silent_for;
    if (!again && (taken || silent)) {
      over.push_back(node);
    }
  }
  for (const auto& node : over) {
    of_schedule->second.erase(node);
  }
  if (of_schedule->second.empty()) {
    schedules_.erase(of_schedule);
  }
  return over;
}

void Refusals::forget(const std::string& node)
{
  for (auto& [schedule, nodes] : schedules_) {
    nodes.erase(node);
  }
  std::erase_if(schedules_, [](const auto& schedule) { return schedule.second.empty(); });
}

}  // namespace muster::collector
