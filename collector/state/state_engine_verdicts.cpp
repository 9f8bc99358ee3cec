// SPDX-License-Identifier: Apache-2.0
//
// What the engine finds out by waiting.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "collector/state/state_engine.hpp"

namespace muster::collector {

namespace {

void append(std::vector<Event>& events, std::vector<Event> more)
{
  std::move(more.begin(), more.end(), std::back_inserter(events));
}

// That its node is away says it all: of a thousand lost nodes nobody wants to read ten thousand lines.
void leave_to_the_node(KnownService& service, CheckState before, std::vector<Event>& events)
{
  if (std::erase_if(events, [](const Event& event) { return event.kind == EventKind::state; }) > 0) {
    service.before_absence = service.before_absence.value_or(before);
  }
}

}  // namespace

// First what all of them are, then what is told of each: so the parent of a dependency is broken in time.
std::vector<Event> StateEngine::verdicts(Time now)
{
  const auto subjects = take_due(now);
  std::vector<std::vector<Event>> found;
  found.reserve(subjects.size());
  for (const auto& subject : subjects) {
    found.push_back(look_at(subject, now));
  }
  std::vector<Event> events;
  for (std::size_t index = 0; index < subjects.size(); ++index) {
    append(events, tell(std::move(found[index]), subjects[index], now));
    append(events, look_again_at(subjects[index], now));
  }
  return events;
}

// The nodes before the checks, each by name: the order must not depend on how long they have been queued.
std::vector<Subject> StateEngine::take_due(Time now)
{
  std::vector<Subject> subjects;
  while (auto due = queue_.take(now)) {
    Subject subject{std::move(due->node), std::move(due->check)};
    if (take_off_queue(subject, due->at) && !put_off(subject, now)) {
      subjects.push_back(std::move(subject));
    }
  }
  std::sort(subjects.begin(), subjects.end(), [](const Subject& left, const Subject& right) {
    return std::tuple{!left.check.empty(), std::string_view{left.node}, std::string_view{left.check}} <
           std::tuple{!right.check.empty(), std::string_view{right.node}, std::string_view{right.check}};
  });
  return subjects;
}

// False: it was forgotten, or is queued for another time.
bool StateEngine::take_off_queue(const Subject& subject, Time at)
{
  const auto node = nodes_.find(subject.node);
  if (node == nodes_.end()) {
    return false;
  }
  auto* queued = &node->second.queued;
  if (!subject.check.empty()) {
    const auto service = node->second.services.find(subject.check);
    queued = service == node->second.services.end() ? nullptr : &service->second.queued;
  }
  if (queued == nullptr || *queued != at) {
    return false;
  }
  queued->reset();
  return true;
}

// While it is open whether a node is gone, it is open what it means that it gives no results.
std::optional<Time> StateEngine::due_of(const Node& node, const Service& service) const
{
  const auto due = overdue_at(service.known.state, service.rules, listening_since_);
  const auto& state = node.known.state;
  const auto gone = state.fell ? node_due_at(state, rules_.nodes, listening_since_) : std::nullopt;
  return due && gone ? std::max(*due, *gone) : due;
}

std::vector<Event> StateEngine::look_at(const Subject& subject, Time now)
{
  auto& node = nodes_.at(subject.node);
  auto* const service = subject.check.empty() ? nullptr : &node.services.at(subject.check);
  const auto before = service == nullptr ? CheckState::ok : service->known.state.state;
  auto events = service == nullptr
                    ? take_node_time(node.known.state, rules_.nodes, now, listening_since_)
                    : collector::take_time(service->known.state, service->rules, now, listening_since_);
  if (!events.empty()) {
    has_changed(subject);
    on_problem(subject, now);  // nothing else is found by waiting
  }
  if (service != nullptr && is_absent(node.known.state.status)) {
    leave_to_the_node(service->known, before, events);
  }
  return events;
}

std::vector<Event> StateEngine::look_again_at(const Subject& subject, Time now)
{
  auto& node = nodes_.at(subject.node);
  if (subject.check.empty()) {
    auto events = late_news_of(subject.node, node, now);
    queue(subject.node, node, now);
    return events;
  }
  auto& service = node.services.at(subject.check);
  std::vector<Event> events;
  // Else its next result tells.
  if (service.known.state.stale && now >= waits_until(node, service)) {
    events = late_news_of(subject, service, now, "no result comes");
  }
  queue(subject, service, now);
  return events;
}

}  // namespace muster::collector
