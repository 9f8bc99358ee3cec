// SPDX-License-Identifier: Apache-2.0
//
// The part of FleetBook that is about schedules: who refuses them, and when they last asked.
#include <algorithm>
#include <charconv>
#include <utility>

#include "collector/fleet_book.hpp"
#include "collector/state/observation.hpp"

namespace muster::collector {

void FleetBook::take_refusal(
    const std::string& schedule, const std::string& node, const std::string& why, Time now)
{
  if (nodes_.contains(node) && schedules_.contains(schedule)) {
    refusals_.refused(schedule, node, now);
    observe_refusal(schedule, node, CheckState::unknown, "refused: " + why, now);
  }
}

void FleetBook::end_turn(const Turn& turn, Time now)
{
  for (const auto& node : refusals_.end_turn(turn, now)) {
    observe_refusal(turn.schedule, node, CheckState::ok, "it does not refuse the schedule any more", now);
  }
}

void FleetBook::observe_refusal(
    const std::string& schedule, const std::string& node, CheckState state, std::string why, Time now)
{
  CheckResult result;
  result.check = refusal_check(schedule);
  result.state = state;
  result.summary = std::move(why);
  result.started = now;
  result.finished = now;
  result.origin = "schedule";
  ServiceKey key{node, result.check};
  keep(state_.take_result(node, result.check, observation_of(result, now, false)), now);
  auto& service = services_[key];
  service.node = node;
  service.last = std::move(result);  // no result of the node: it does not count as one
  new_services_.insert(std::move(key));
}

void FleetBook::restore_refusal(const std::string& schedule, const std::string& node, Time now)
{
  const auto* known = state_.find(node, refusal_check(schedule));
  if (known == nullptr || known->known.state.state == CheckState::ok) {
    return;
  }
  if (schedules_.contains(schedule)) {
    refusals_.refused(schedule, node, now);
  } else {
    observe_refusal(schedule, node, CheckState::ok, "there is no such schedule any more", now);
  }
}

void FleetBook::note_answer(const std::string& node, const CheckResult& result, Time now)
{
  if (origin_of(result.origin) != Observation::Origin::schedule) {
    return;
  }
  for (const auto& [schedule, nodes] : refusals_.all()) {
    const auto& checks = schedules_.at(schedule);
    if (checks.empty() || std::find(checks.begin(), checks.end(), result.check) != checks.end()) {
      refusals_.answered(schedule, node, now);
    }
  }
}

// A will says what was so when its node connected: it counts only while nothing newer is known.
void FleetBook::find_schedules_meaning(const protocol::Presence& presence, Time now)
{
  const auto* known = state_.find(presence.name);
  const bool is_news = presence.state == protocol::NodeState::up || known == nullptr || known->meant.empty();
  if (!schedules_meaning_ || !is_news) {
    return;
  }
  for (const auto& check : state_.take_meant(presence.name, schedules_meaning_(presence), now)) {
    const auto service = services_.find({presence.name, check});
    if (service != services_.end()) {
      const auto again = observation_of(service->second.last, now, true);
      keep(state_.take_result(presence.name, check, again), now);
      new_services_.insert(service->first);
    }
  }
}

void FleetBook::note_turn(const std::string& schedule, Time turn)
{
  turns_[schedule] = turn;
  care_changed_ = true;
}

std::optional<Time> FleetBook::last_turn(const std::string& schedule) const
{
  const auto turn = turns_.find(schedule);
  return turn == turns_.end() ? std::nullopt : std::optional{turn->second};
}

void FleetBook::restore_turn(const StoredCare& care)
{
  std::int64_t milliseconds = 0;
  const auto* end = care.text.data() + care.text.size();
  const bool read = std::from_chars(care.text.data(), end, milliseconds).ptr == end && !care.text.empty();
  damaged_ += read ? 0U : 1U;
  if (read && schedules_.contains(care.id)) {
    turns_[care.id] = Time{std::chrono::milliseconds{milliseconds}};
  }
}

}  // namespace muster::collector
