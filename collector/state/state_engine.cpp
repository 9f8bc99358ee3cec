// SPDX-License-Identifier: Apache-2.0
#include "collector/state/state_engine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "collector/state/time_text.hpp"

namespace muster::collector {

namespace {

void append(std::vector<Event>& events, std::vector<Event> more)
{
  std::move(more.begin(), more.end(), std::back_inserter(events));
}

// What people know of a node after they were told; nothing: as much as before.
std::optional<NodeStatus> status_told_by(EventKind kind)
{
  switch (kind) {
  case EventKind::node_gone:
    return NodeStatus::gone;
  case EventKind::node_stopped:
    return NodeStatus::stopped;
  case EventKind::node_back:
    return NodeStatus::up;
  default:
    return {};
  }
}

bool is_about_state(const Event& event)
{
  return event.kind == EventKind::state;
}

// The first result behind an absence is compared with what was before.
void compare_with_before_absence(KnownService& service, std::vector<Event>& events)
{
  const auto before = std::exchange(service.before_absence, std::nullopt);
  if (before) {
    std::erase_if(
        events, [&before](const Event& event) { return is_about_state(event) && event.to == before; });
    for (auto& event : events) {
      event.from = is_about_state(event) ? before : event.from;
    }
  }
}

std::optional<EventKind> kind_that_tells(NodeStatus status)
{
  switch (status) {
  case NodeStatus::gone:
    return EventKind::node_gone;
  case NodeStatus::stopped:
    return EventKind::node_stopped;
  case NodeStatus::up:
    return EventKind::node_back;
  default:
    return {};  // that it has vanished is told once, silent or not
  }
}

bool is_untold(const KnownNode& node)
{
  return node.told != NodeStatus::unseen && node.told != node.state.status &&
         kind_that_tells(node.state.status);
}

bool is_untold(const KnownService& service)
{
  const auto& state = service.state;
  return state.hard && state.state == state.hard_state && service.told != state.hard_state;
}

}  // namespace

StateEngine::StateEngine(EngineRules rules)
    : rules_{std::move(rules)}, dependencies_{rules_.dependencies}, mass_{rules_.mass}
{}

StateEngine::Node& StateEngine::node_named(const std::string& name)
{
  return nodes_.try_emplace(name).first->second;
}

StateEngine::Service& StateEngine::service_named(
    Node& entry, const std::string& node, const std::string& check) const
{
  const auto [service, is_new] = entry.services.try_emplace(check);
  if (is_new) {
    ++entry.checks.at(static_cast<std::size_t>(service->second.counted));
  }
  if (is_new) {
    service->second.rules = rules_of(entry, node, check);
  }
  return service->second;
}

ServiceRules StateEngine::rules_of(const Node& entry, const std::string& node, const std::string& check) const
{
  if (!entry.meant.empty() && rules_.rules_meaning) {
    return rules_.rules_meaning(check, entry.meant);
  }
  return rules_.rules_for ? rules_.rules_for(node, check) : ServiceRules{};
}

void StateEngine::restore(const std::string& node, KnownNode known)
{
  auto& entry = node_named(node);
  entry.known = std::move(known);
  queue(node, entry, listening_since_);
}

void StateEngine::restore(const std::string& node, const std::string& check, KnownService known)
{
  auto& entry = node_named(node);
  auto& service = service_named(entry, node, check);
  service.known = known;
  count(entry, service);
  queue({node, check}, service, listening_since_);
}

std::vector<Event> StateEngine::take_result(
    const std::string& node, const std::string& check, const Observation& observation)
{
  const Subject subject{node, check};
  auto& entry = node_named(node);
  auto& service = service_named(entry, node, check);
  const auto time = std::min(observation.finished, observation.taken);
  auto events = collector::take_result(service.known.state, service.rules, observation);
  if (service.known.state.last_result != time) {
    return {};  // too old
  }
  compare_with_before_absence(service.known, events);
  if (observation.state != CheckState::ok) {
    on_problem(subject, time);
  }
  auto told = tell(std::move(events), subject, time);
  if (!observation.replayed) {
    append(told, late_news_of(subject, service, time, observation.summary));
  }
  has_changed(entry, service, subject);
  queue(subject, service, time);
  return told;
}

std::vector<Event> StateEngine::take_sighting(
    const std::string& node, const Sighting& sighting, MassLoss::Attributes attributes)
{
  auto& entry = node_named(node);
  auto& known = entry.known;
  const auto before = known;
  const bool is_will = sighting.says == Sighting::Says::gone;
  if (!attributes.empty() && (!is_will || known.attributes.empty())) {
    known.attributes = std::move(attributes);
  }
  auto events = collector::take_sighting(known.state, rules_.nodes, sighting);
  if (before.state.status == NodeStatus::unseen) {
    known.told = known.state.status;  // how it is at first sight is no news
  }
  if (is_absent(known.state.status)) {
    on_problem({node, {}}, sighting.now);
  }
  auto told = tell(std::move(events), {node, {}}, sighting.now);
  append(told, late_news_of(node, entry, sighting.now));
  if (known != before) {
    has_changed({node, {}});
  }
  queue(node, entry, sighting.now);
  if (is_absent(before.state.status) && !is_absent(known.state.status)) {
    for (auto& [check, service] : entry.services) {
      queue({node, check}, service, sighting.now);
    }
  }
  return told;
}

// What is queued for a result that is not waited for any more is put off when its time comes.
std::vector<std::string> StateEngine::take_meant(const std::string& node, std::vector<bool> meant, Time now)
{
  auto& entry = node_named(node);
  if (entry.meant == meant) {
    return {};
  }
  entry.meant = std::move(meant);
  std::vector<std::string> not_waited_for;
  for (auto& [check, service] : entry.services) {
    service.rules = rules_of(entry, node, check);
    queue({node, check}, service, now);
    if (service.known.state.stale && !service.rules.freshness) {
      not_waited_for.push_back(check);
    }
  }
  return not_waited_for;
}

// Gives each event its subject and its silences. An acknowledgement ends before it could silence the
// recovery.
std::vector<Event> StateEngine::tell(std::vector<Event> events, const Subject& subject, Time now)
{
  std::vector<Event> told;
  for (auto& event : events) {
    event.node = subject.node;
    event.check = subject.check;
    auto ended = acknowledgements_.on_event(event);
    mark(event, now);
    note_told(event);
    if (is_about_state(event)) {
      nodes_.at(event.node).services.at(event.check).known.before_absence.reset();
    }
    auto passed = mass_.take(std::move(event), nodes_.at(subject.node).known.attributes, now);
    changed_.acknowledgements |= !ended.empty();
    changed_.held |= passed.empty();
    append(told, std::move(passed));
    append(told, std::move(ended));
  }
  return told;
}

void StateEngine::mark(Event& event, Time now) const
{
  event.silence.downtime = downtimes_.covering(event.node, event.check, now) != nullptr;
  event.silence.acknowledged = acknowledgements_.of(event.node, event.check) != nullptr;
  dependencies_.mark(event, [this](const Subject& subject) { return is_broken(subject); });
}

void StateEngine::note_told(const Event& event)
{
  if (!notifies(event)) {
    return;
  }
  auto& node = nodes_.at(event.node);
  if (event.kind == EventKind::state && event.to) {
    node.services.at(event.check).known.told = *event.to;
  } else if (const auto status = status_told_by(event.kind)) {
    node.known.told = *status;
  }
  has_changed({event.node, event.check});
}

std::vector<Event> StateEngine::late_news(Event event, Time now)
{
  mark(event, now);
  if (!notifies(event)) {
    return {};
  }
  std::vector<Event> events;
  const Subject subject{event.node, event.check};
  events.push_back(std::move(event));
  return tell(std::move(events), subject, now);
}

std::vector<Event> StateEngine::late_news_of(const std::string& node, const Node& entry, Time now)
{
  if (!is_untold(entry.known)) {
    return {};
  }
  const auto& state = entry.known.state;
  Event event;
  event.kind = *kind_that_tells(state.status);
  event.node = node;
  event.time = state.since;
  event.message = std::string{to_string(state.status)} + " since " + time_text(state.since);
  return late_news(std::move(event), now);
}

std::vector<Event> StateEngine::late_news_of(
    const Subject& subject, const Service& service, Time now, std::string why)
{
  if (!is_untold(service.known)) {
    return {};
  }
  const auto& state = service.known.state;
  Event event;
  event.node = subject.node;
  event.check = subject.check;
  event.time = now;
  event.from = service.known.told;
  event.to = state.hard_state;
  event.hard = true;
  event.attempt = state.attempt;
  event.message = std::move(why) + " (since " + time_text(state.hard_since) + ")";
  event.silence.flapping = state.flapping.active;
  return late_news(std::move(event), now);
}

std::vector<Event> StateEngine::take_time(Time now)
{
  begin_flexible_downtimes(now);
  auto events = downtimes_.take_time(now);
  changed_.downtimes |= !events.empty();
  auto expired = acknowledgements_.take_time(now);
  changed_.acknowledgements |= !expired.empty();
  append(events, std::move(expired));
  if (connected_) {
    append(events, verdicts(now));
  }
  if (mass_.due() && *mass_.due() <= now) {
    append(events, mass_.take_time(now, fleet()));
    changed_.held = true;
  }
  return events;
}

std::vector<Event> StateEngine::connected(Time now)
{
  connected_ = true;
  listening_since_ = now;
  return take_time(now);
}

std::vector<Event> StateEngine::disconnected(Time now)
{
  auto events = take_time(now);
  connected_ = false;
  return events;
}

// A result or a presence has come since it was queued: the way of nearly all.
bool StateEngine::put_off(const Subject& subject, Time now)
{
  auto& node = nodes_.at(subject.node);
  auto* const service = subject.check.empty() ? nullptr : &node.services.at(subject.check);
  const auto due = service == nullptr ? node_due_at(node.known.state, rules_.nodes, listening_since_)
                                      : due_of(node, *service);
  if (!due || *due <= now || (service == nullptr && is_untold(node.known))) {
    return false;
  }
  put(subject, service == nullptr ? node.queued : service->queued, due);
  return true;
}

void StateEngine::queue(const std::string& node, Node& entry, Time now)
{
  auto due = node_due_at(entry.known.state, rules_.nodes, listening_since_);
  if (is_untold(entry.known)) {
    due = std::min(due.value_or(Time::max()), now + look_again);
  }
  put({node, {}}, entry.queued, due);
}

void StateEngine::queue(const Subject& subject, Service& service, Time now)
{
  auto due = overdue_at(service.known.state, service.rules, listening_since_);
  // While its node is not there, nothing else is told of it either.
  if (service.known.state.stale && is_untold(service.known) &&
      !is_absent(nodes_.at(subject.node).known.state.status)) {
    const auto at = std::max(now + look_again, waits_until(nodes_.at(subject.node), service));
    due = std::min(due.value_or(Time::max()), at);
  }
  put(subject, service.queued, due);
}

// Whoever is back has the time to give a result that everybody has, from then on.
Time StateEngine::waits_until(const Node& node, const Service& service)
{
  auto state = service.known.state;
  if (!service.known.before_absence || node.known.state.status != NodeStatus::up) {
    return {};
  }
  state.stale = false;
  return overdue_at(state, service.rules, node.known.state.since).value_or(Time{});
}

// What is queued for earlier is looked at then, and queued anew: so a result, which moves its check's time
// later, costs nothing here.
void StateEngine::put(const Subject& subject, std::optional<Time>& queued, std::optional<Time> at)
{
  if (at && (!queued || *at < *queued)) {
    queued = at;
    queue_.put({*at, subject.node, subject.check});
  }
}

// Those that are up, or were just lost. What is away for longer would make a difference that is none.
MassLoss::Fleet StateEngine::fleet() const
{
  std::set<std::string_view> told_of;
  for (const auto& held : mass_.held()) {
    told_of.insert(held.event.node);
  }
  MassLoss::Fleet fleet;
  for (const auto& [name, node] : nodes_) {
    if (node.known.state.status == NodeStatus::up || told_of.contains(name)) {
      ++fleet.nodes;
      for (const auto& value : node.known.attributes) {
        ++fleet.with[value];
      }
    }
  }
  return fleet;
}

bool StateEngine::is_broken(const Subject& subject) const
{
  if (subject.check.empty()) {
    const auto* const node = find(subject.node);
    return node != nullptr && is_absent(node->known.state.status);
  }
  const auto* const service = find(subject.node, subject.check);
  return service != nullptr && breaks_children(service->known.state);
}

void StateEngine::on_problem(const Subject& subject, Time now)
{
  changed_.downtimes |= downtimes_.on_problem(subject.node, subject.check, now);
}

}  // namespace muster::collector
