// SPDX-License-Identifier: Apache-2.0
// What people do about problems, and what the engine shows of itself.
#include <algorithm>
#include <functional>
#include <utility>

#include "collector/state/state_engine.hpp"

namespace muster::collector {

namespace {

std::vector<Event> only(Event event)
{
  std::vector<Event> events;
  events.push_back(std::move(event));
  return events;
}

}  // namespace

void StateEngine::restore(Downtime downtime)
{
  if (downtime.duration) {
    flexible_starts_.insert(downtime.start);
  }
  downtimes_.restore(std::move(downtime));
}

void StateEngine::restore(Acknowledgement acknowledgement)
{
  acknowledgements_.restore(std::move(acknowledgement));
}

void StateEngine::restore(MassLoss::Held held, Time now)
{
  // It was taken in before, so it is held again.
  static_cast<void>(mass_.take(std::move(held.event), std::move(held.attributes), now));
}

Expected<std::vector<Event>> StateEngine::add_downtime(Downtime downtime, Time now)
{
  const auto start = downtime.start;
  const bool flexible = downtime.duration.has_value();
  if (auto added = downtimes_.add(std::move(downtime), now); !added) {
    return tl::unexpected<Error>{std::move(added.error())};
  }
  changed_.downtimes = true;
  if (flexible) {
    flexible_starts_.insert(start);
    begin_flexible_downtimes(now);
  }
  return downtimes_.take_time(now);
}

Expected<std::vector<Event>> StateEngine::remove_downtime(
    const std::string& id, const std::string& caller, Time now)
{
  auto removed = downtimes_.remove(id, caller, now);
  changed_.downtimes |= removed.has_value();
  return std::move(removed).map(only);
}

Expected<CheckState> StateEngine::state_to_acknowledge(
    const std::string& node, const std::string& check) const
{
  const auto* const entry = find(node);
  const auto* const service = check.empty() ? nullptr : find(node, check);
  if (entry == nullptr || (!check.empty() && service == nullptr)) {
    return failure(
        ErrorCode::not_found, "nothing is known of " + (check.empty() ? "a node " : check + " of ") + node);
  }
  if (check.empty() && !is_absent(entry->known.state.status)) {
    return failure(ErrorCode::invalid_input, node + " is not gone: nothing to acknowledge");
  }
  return service == nullptr ? CheckState::critical : service->known.state.state;
}

Expected<std::vector<Event>> StateEngine::set(Acknowledgement acknowledgement)
{
  auto added = acknowledgements_.add(std::move(acknowledgement));
  changed_.acknowledgements |= added.has_value();
  return std::move(added).map(only);
}

Expected<void> StateEngine::may_acknowledge(Acknowledgement acknowledgement) const
{
  const auto state = state_to_acknowledge(acknowledgement.node, acknowledgement.check);
  if (!state) {
    return tl::unexpected<Error>{state.error()};
  }
  acknowledgement.state = *state;
  return Acknowledgements::may_add(acknowledgement);
}

Expected<std::vector<Event>> StateEngine::acknowledge(Acknowledgement acknowledgement)
{
  const auto state = state_to_acknowledge(acknowledgement.node, acknowledgement.check);
  if (!state) {
    return tl::unexpected<Error>{state.error()};
  }
  acknowledgement.state = *state;
  return set(std::move(acknowledgement));
}

// The change to the state that was acknowledged may still come, and must not end it; that it is OK now would
// never end it.
Expected<std::vector<Event>> StateEngine::take_told(Acknowledgement acknowledgement)
{
  const auto state = state_to_acknowledge(acknowledgement.node, acknowledgement.check);
  if (!state) {
    return tl::unexpected<Error>{state.error()};
  }
  if (*state == CheckState::ok) {
    acknowledgement.state = *state;
  }
  return set(std::move(acknowledgement));
}

Expected<std::vector<Event>> StateEngine::unacknowledge(
    const std::string& node, const std::string& check, const std::string& caller, Time now)
{
  auto removed = acknowledgements_.remove(node, check, caller, now);
  changed_.acknowledgements |= removed.has_value();
  return std::move(removed).map(only);
}

Expected<std::vector<Event>> StateEngine::forget(const std::string& node, const std::string& caller, Time now)
{
  const auto found = nodes_.find(node);
  if (found == nodes_.end()) {
    return failure(ErrorCode::not_found, "no node " + node);
  }
  Event event;
  event.kind = EventKind::node_forgotten;
  event.node = node;
  event.time = now;
  event.message = "forgotten by " + caller;
  auto events = only(std::move(event));
  std::vector<std::string> checks{""};
  for (const auto& [check, service] : found->second.services) {
    checks.push_back(check);
  }
  for (const auto& check : checks) {
    if (auto ended = acknowledgements_.remove(node, check, caller, now)) {
      changed_.acknowledgements = true;
      events.push_back(std::move(*ended));
    }
  }
  mass_.forget(node);
  changed_.held = true;
  nodes_.erase(found);
  return events;
}

Expected<std::vector<Event>> StateEngine::forget(
    const std::string& node, const std::string& check, const std::string& caller, Time now)
{
  const auto entry = nodes_.find(node);
  if (entry == nodes_.end() || !entry->second.services.contains(check)) {
    return failure(ErrorCode::not_found, "nothing is known of " + check + " of " + node);
  }
  std::vector<Event> events;
  if (auto ended = acknowledgements_.remove(node, check, caller, now)) {
    changed_.acknowledgements = true;
    events.push_back(std::move(*ended));
  }
  const auto service = entry->second.services.find(check);
  --entry->second.checks.at(static_cast<std::size_t>(service->second.counted));
  entry->second.services.erase(service);
  return events;
}

void StateEngine::has_changed(const Subject& subject)
{
  auto& node = nodes_.at(subject.node);
  if (subject.check.empty()) {
    if (!std::exchange(node.changed, true)) {
      changed_.nodes.push_back(subject.node);
    }
  } else {
    has_changed(node, node.services.at(subject.check), subject);
  }
}

void StateEngine::has_changed(Node& node, Service& service, const Subject& subject)
{
  count(node, service);
  if (!std::exchange(service.changed, true)) {
    changed_.services.push_back(subject);
  }
}

// To be called whenever the state of a check may be another one.
void StateEngine::count(Node& node, Service& service)
{
  --node.checks.at(static_cast<std::size_t>(service.counted));
  service.counted = service.known.state.state;
  ++node.checks.at(static_cast<std::size_t>(service.counted));
}

StateEngine::Changed StateEngine::take_changed()
{
  auto changed = std::exchange(changed_, {});
  // What was forgotten is not there any more, and what came again since then may be listed twice.
  std::erase_if(changed.nodes, [this](const std::string& name) {
    const auto node = nodes_.find(name);
    return node == nodes_.end() || !std::exchange(node->second.changed, false);
  });
  std::erase_if(changed.services, [this](const Subject& subject) {
    const auto node = nodes_.find(subject.node);
    if (node == nodes_.end()) {
      return true;
    }
    const auto service = node->second.services.find(subject.check);
    return service == node->second.services.end() || !std::exchange(service->second.changed, false);
  });
  return changed;
}

// What is bad when a flexible downtime begins to wait is what it waits for.
void StateEngine::begin_flexible_downtimes(Time now)
{
  const auto waiting = flexible_starts_.upper_bound(now);
  if (waiting == flexible_starts_.begin()) {
    return;
  }
  flexible_starts_.erase(flexible_starts_.begin(), waiting);
  for (const auto& [name, node] : nodes_) {
    if (is_absent(node.known.state.status)) {
      on_problem({name, {}}, now);
    }
    for (const auto& [check, service] : node.services) {
      if (service.known.state.state != CheckState::ok) {
        on_problem({name, check}, now);
      }
    }
  }
}

const StateEngine::Node* StateEngine::find(const std::string& node) const
{
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? nullptr : &found->second;
}

const StateEngine::Service* StateEngine::find(const std::string& node, const std::string& check) const
{
  const auto* const entry = find(node);
  if (entry == nullptr) {
    return nullptr;
  }
  const auto found = entry->services.find(check);
  return found == entry->services.end() ? nullptr : &found->second;
}

std::optional<Subject> StateEngine::broken_parent(const Subject& child) const
{
  return dependencies_.broken_parent(child, [this](const Subject& subject) { return is_broken(subject); });
}

bool StateEngine::needs_somebody(const Subject& subject, Time now) const
{
  return acknowledgements_.of(subject.node, subject.check) == nullptr &&
         downtimes_.covering(subject.node, subject.check, now) == nullptr && !broken_parent(subject);
}

StateEngine::Counts StateEngine::counts(Time now) const
{
  Counts counts;
  for (const auto& [name, node] : nodes_) {
    ++counts.nodes.at(static_cast<std::size_t>(node.known.state.status));
    const bool missed = is_absent(node.known.state.status) && needs_somebody({name, {}}, now);
    counts.nodes_need_somebody += missed ? 1U : 0U;
    std::transform(
        node.checks.begin(),
        node.checks.end(),
        counts.services.begin(),
        counts.services.begin(),
        std::plus<>{});
    if (!node.has_problems()) {
      continue;
    }
    for (const auto& [check, service] : node.services) {
      const auto state = service.known.state.state;
      const bool needs = state != CheckState::ok && needs_somebody({name, check}, now);
      counts.need_somebody.at(static_cast<std::size_t>(state)) += needs ? 1U : 0U;
    }
  }
  return counts;
}

std::optional<Time> StateEngine::due() const
{
  const auto verdict = connected_ ? queue_.next() : std::nullopt;
  const auto lost = mass_.due();
  return verdict && lost ? std::min(*verdict, *lost) : verdict ? verdict : lost;
}

}  // namespace muster::collector
