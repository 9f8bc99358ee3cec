// SPDX-License-Identifier: Apache-2.0
#include "collector/state/fleet_state.hpp"

#include <algorithm>
#include <utility>

namespace muster::collector {

namespace {

bool is_bad_news(const Event& event)
{
  return event.kind == EventKind::node_gone ||
         (event.kind == EventKind::state && event.to && *event.to != CheckState::ok);
}

bool is_lost(NodeStatus status)
{
  return status == NodeStatus::gone || status == NodeStatus::vanished;
}

void add(std::vector<Event>& all, std::vector<Event> more)
{
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

FleetState::FleetState(StateRules rules)
    : rules_{std::move(rules)}, dependencies_{rules_.dependencies}, mass_{rules_.mass}
{}

void FleetState::restore(const std::string& node, const NodeState& state)
{
  nodes_[node].state = state;
}

void FleetState::restore(const std::string& node, const std::string& check, const ServiceState& state)
{
  nodes_[node].services[check] = state;
  watch({node, check}, state);
}

void FleetState::restore_held(std::vector<MassLoss::Held> held, Time now)
{
  for (auto& one : held) {
    static_cast<void>(mass_.take(std::move(one.event), std::move(one.attributes), now));
  }
}

// Only a check that may become overdue takes up a place; it gets one with its first result.
void FleetState::watch(const ServiceKey& key, const ServiceState& state)
{
  const auto rules = rules_.service(key.second);
  if (!rules.freshness || watched_.contains(key)) {
    return;
  }
  if (const auto due = overdue_at(state, rules, listening_since_.value_or(Time::min()))) {
    watched_.insert(key);
    due_.push({*due, key});
  }
}

std::vector<Event> FleetState::take_result(
    const std::string& node, const std::string& check, const Observation& observation)
{
  const ServiceKey key{node, check};
  auto& service = nodes_[node].services[check];
  auto events = collector::take_result(service, rules_.service(check), observation);
  changed_services_.insert(key);
  watch(key, service);
  std::vector<Event> told;
  const auto now = observation.taken == Time::max() ? observation.finished : observation.taken;
  if (service.state != CheckState::ok) {
    downtimes_.on_problem(node, check, now);
  }
  tell(std::move(events), key, now, told);
  return told;
}

std::vector<Event> FleetState::take_sighting(
    const std::string& node, const Sighting& sighting, MassLoss::Attributes attributes)
{
  auto& entry = nodes_[node];
  const auto before = entry.state;
  auto events = collector::take_sighting(entry.state, rules_.node, sighting);
  entry.attributes = std::move(attributes);
  if (entry.state != before) {
    changed_nodes_.insert(node);
  }
  std::vector<Event> told;
  tell(std::move(events), {node, {}}, sighting.now, told);
  return told;
}

std::vector<Event> FleetState::take_time(Time now)
{
  std::vector<Event> told;
  auto over = downtimes_.take_time(now);
  auto expired = acknowledgements_.take_time(now);
  care_changed_ = care_changed_ || !over.empty() || !expired.empty();
  add(told, std::move(over));
  add(told, std::move(expired));
  if (listening_since_) {
    look_for_lost_nodes(now, told);
    look_for_overdue(now, told);
  }
  auto groups = mass_.take_time(now);
  care_changed_ = care_changed_ || !groups.empty();
  add(told, std::move(groups));
  return told;
}

void FleetState::look_for_lost_nodes(Time now, std::vector<Event>& told)
{
  for (auto& [name, node] : nodes_) {
    const auto before = node.state;
    auto events = take_node_time(node.state, rules_.node, now, *listening_since_);
    if (node.state != before) {
      changed_nodes_.insert(name);
    }
    tell(std::move(events), {name, {}}, now, told);
  }
}

// The checks of a node that is gone are not told one by one: what is told is the node.
void FleetState::look_for_overdue(Time now, std::vector<Event>& told)
{
  while (!due_.empty() && due_.top().time <= now) {
    const auto key = due_.top().service;
    due_.pop();
    watched_.erase(key);
    const auto node = nodes_.find(key.first);
    const auto found = node == nodes_.end() ? std::map<std::string, ServiceState>::iterator{}
                                            : node->second.services.find(key.second);
    if (node == nodes_.end() || found == node->second.services.end()) {
      continue;  // forgotten meanwhile
    }
    const auto rules = rules_.service(key.second);
    auto events = collector::take_time(found->second, rules, now, *listening_since_);
    if (!events.empty()) {
      changed_services_.insert(key);
      downtimes_.on_problem(key.first, key.second, now);
    }
    tell(std::move(events), key, now, told);
    watch(key, found->second);
  }
}

void FleetState::tell(std::vector<Event> events, const ServiceKey& of, Time now, std::vector<Event>& told)
{
  for (auto& event : events) {
    event.node = of.first;
    event.check = of.second;
    tell_one(std::move(event), now, told);
  }
}

void FleetState::tell_one(Event event, Time now, std::vector<Event>& told)
{
  if (is_bad_news(event)) {
    downtimes_.on_problem(event.node, event.check, now);
  }
  auto ended = acknowledgements_.on_event(event);
  care_changed_ = care_changed_ || !ended.empty();
  add(told, std::move(ended));
  mark(event, now);
  const auto node = nodes_.find(event.node);
  auto attributes = node == nodes_.end() ? MassLoss::Attributes{} : node->second.attributes;
  const auto held = mass_.held().size();
  auto passed = mass_.take(std::move(event), std::move(attributes), now);
  care_changed_ = care_changed_ || mass_.held().size() != held;
  add(told, std::move(passed));
}

void FleetState::mark(Event& event, Time now) const
{
  dependencies_.mark(event, [this](const Subject& subject) { return is_broken(subject); });
  event.silence.downtime = downtimes_.covering(event.node, event.check, now) != nullptr;
  event.silence.acknowledged = acknowledgements_.of(event.node, event.check) != nullptr;
}

bool FleetState::is_broken(const Subject& subject) const
{
  const auto node = nodes_.find(subject.node);
  if (node == nodes_.end()) {
    return false;
  }
  if (subject.check.empty()) {
    return is_lost(node->second.state.status);
  }
  const auto service = node->second.services.find(subject.check);
  return service != node->second.services.end() && breaks_children(service->second);
}

bool FleetState::is_unreachable(const std::string& node, const std::string& check) const
{
  const auto broken = [this](const Subject& subject) { return is_broken(subject); };
  return dependencies_.broken_parent({node, check}, broken).has_value();
}

const ServiceState* FleetState::service(const std::string& node, const std::string& check) const
{
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) {
    return nullptr;
  }
  const auto service = found->second.services.find(check);
  return service == found->second.services.end() ? nullptr : &service->second;
}

bool FleetState::has_problem(const ServiceKey& key) const
{
  if (key.second.empty()) {
    const auto node = nodes_.find(key.first);
    return node != nodes_.end() && is_lost(node->second.state.status);
  }
  const auto* found = service(key.first, key.second);
  return found != nullptr && found->state != CheckState::ok;
}

Expected<std::vector<Event>> FleetState::add_downtime(Downtime downtime, Time now)
{
  const bool flexible = downtime.duration.has_value();
  if (auto added = downtimes_.add(std::move(downtime), now); !added) {
    return tl::unexpected{added.error()};
  }
  care_changed_ = true;
  if (flexible) {
    begin_flexible(now);
  }
  return downtimes_.take_time(now);
}

// The problems that are there begin it, as those do that come.
void FleetState::begin_flexible(Time now)
{
  for (const auto& [name, node] : nodes_) {
    if (is_lost(node.state.status)) {
      downtimes_.on_problem(name, {}, now);
    }
    for (const auto& [check, state] : node.services) {
      if (state.state != CheckState::ok) {
        downtimes_.on_problem(name, check, now);
      }
    }
  }
}

Expected<std::vector<Event>> FleetState::remove_downtime(
    const std::string& id, const std::string& caller, Time now)
{
  auto removed = downtimes_.remove(id, caller, now);
  if (!removed) {
    return tl::unexpected{removed.error()};
  }
  care_changed_ = true;
  return std::vector{std::move(*removed)};
}

Expected<std::vector<Event>> FleetState::acknowledge(Acknowledgement acknowledgement)
{
  const ServiceKey key{acknowledgement.node, acknowledgement.check};
  if (!has_problem(key)) {
    return failure(
        ErrorCode::not_found,
        "there is no problem to acknowledge: " +
            (key.second.empty() ? key.first + " is not gone"
                                : key.second + " of " + key.first + " is OK or not known"));
  }
  if (!key.second.empty()) {
    acknowledgement.state = service(key.first, key.second)->state;
  }
  auto event = acknowledgements_.add(std::move(acknowledgement));
  if (!event) {
    return tl::unexpected{event.error()};
  }
  care_changed_ = true;
  return std::vector{std::move(*event)};
}

Expected<std::vector<Event>> FleetState::unacknowledge(
    const std::string& node, const std::string& check, const std::string& caller, Time now)
{
  auto event = acknowledgements_.remove(node, check, caller, now);
  if (!event) {
    return tl::unexpected{event.error()};
  }
  care_changed_ = true;
  return std::vector{std::move(*event)};
}

void FleetState::forget(const std::string& node)
{
  nodes_.erase(node);
  changed_nodes_.erase(node);
  std::erase_if(changed_services_, [&](const ServiceKey& key) { return key.first == node; });
  std::erase_if(watched_, [&](const ServiceKey& key) { return key.first == node; });
}

}  // namespace muster::collector
