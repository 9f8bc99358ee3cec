// SPDX-License-Identifier: Apache-2.0
#include "collector/state/node_state.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "collector/state/time_text.hpp"

namespace muster::collector {

namespace {

constexpr std::array<std::pair<NodeStatus, std::string_view>, 5> status_words{{
    {NodeStatus::unseen, "unseen"},
    {NodeStatus::up, "up"},
    {NodeStatus::stopped, "stopped"},
    {NodeStatus::gone, "gone"},
    {NodeStatus::vanished, "vanished"},
}};

Event node_event(EventKind kind, Time time, std::string message)
{
  Event event;
  event.kind = kind;
  event.time = time;
  event.message = std::move(message);
  return event;
}

std::vector<Event> turn_to(NodeState& node, NodeStatus status, Event event)
{
  node.status = status;
  node.since = event.time;
  std::vector<Event> events;
  events.push_back(std::move(event));
  return events;
}

std::string absence_text(const NodeState& node, std::optional<Time> last_up, Time back)
{
  const bool long_ago = node.status == NodeStatus::vanished;
  const auto begin = long_ago ? last_up.value_or(node.since) : node.since;
  return std::string{to_string(node.status)} + ", away for " + duration_text(back - begin);
}

void begin_as(NodeState& node, NodeStatus status, Time since)
{
  node.status = status;
  node.since = since;
}

std::vector<Event> take_up(NodeState& node, const NodeRules& rules, const Sighting& sighting)
{
  const auto time = sighting.published;
  const auto last_up = node.last_up;
  node.last_up = std::max(last_up.value_or(time), time);
  if (sighting.now - time >= rules.silent_after) {
    if (node.status == NodeStatus::unseen) {
      begin_as(node, NodeStatus::gone, time);
    }
    return {};  // retained from better days
  }
  node.fell.reset();
  if (node.status == NodeStatus::up) {
    return {};
  }
  const bool is_new = node.status == NodeStatus::unseen;
  auto event = is_new ? node_event(EventKind::node_new, time, "seen for the first time")
                      : node_event(EventKind::node_back, time, absence_text(node, last_up, time));
  return turn_to(node, NodeStatus::up, std::move(event));
}

std::vector<Event> take_stopped(NodeState& node, const Sighting& sighting)
{
  if (node.status == NodeStatus::unseen) {
    begin_as(node, NodeStatus::stopped, sighting.published);
  }
  node.fell.reset();
  // A retained one is met again at every start, also after the node has vanished.
  const bool known = node.status != NodeStatus::up && sighting.published <= node.since;
  if (node.status == NodeStatus::stopped || known) {
    return {};
  }
  auto event = node_event(EventKind::node_stopped, sighting.published, "it ended in order");
  return turn_to(node, NodeStatus::stopped, std::move(event));
}

// What nobody has seen up is not missed.
void take_fall(NodeState& node, const Sighting& sighting)
{
  if (node.status == NodeStatus::unseen) {
    begin_as(node, NodeStatus::gone, sighting.published);
  } else if (node.status == NodeStatus::up && !node.fell) {
    node.fell = sighting.published;
  }
}

Time fall_told_at(Time fell, const NodeRules& rules, Time listening_since)
{
  return std::max(fell + rules.patience, listening_since + rules.grace);
}

Time silence_told_at(const NodeState& node, const NodeRules& rules, Time listening_since)
{
  return std::max(node.last_up.value_or(node.since) + rules.silent_after, listening_since + rules.grace);
}

std::vector<Event> turn_to_gone(NodeState& node, const NodeRules& rules, Time now, Time listening_since)
{
  const bool fell = node.fell && now >= fall_told_at(*node.fell, rules, listening_since);
  const auto last_up = node.last_up.value_or(node.since);
  auto event = fell
                   ? node_event(EventKind::node_gone, *node.fell, "its connection fell")
                   : node_event(EventKind::node_gone, last_up, "no sign of life since " + time_text(last_up));
  node.fell.reset();
  return turn_to(node, NodeStatus::gone, std::move(event));
}

}  // namespace

std::string_view to_string(NodeStatus status)
{
  const auto* const found =
      std::find_if(status_words.begin(), status_words.end(), [status](const auto& entry) {
        return entry.first == status;
      });
  return found == status_words.end() ? std::string_view{} : found->second;
}

std::optional<NodeStatus> parse_node_status(std::string_view word)
{
  const auto* const found = std::find_if(
      status_words.begin(), status_words.end(), [word](const auto& entry) { return entry.second == word; });
  return found == status_words.end() ? std::nullopt : std::optional{found->first};
}

bool is_absent(NodeStatus status)
{
  return status != NodeStatus::up && status != NodeStatus::unseen;
}

std::vector<Event> take_sighting(NodeState& node, const NodeRules& rules, const Sighting& sighting)
{
  switch (sighting.says) {
  case Sighting::Says::up:
    return take_up(node, rules, sighting);
  case Sighting::Says::stopped:
    return take_stopped(node, sighting);
  case Sighting::Says::gone:
    break;
  }
  take_fall(node, sighting);
  return {};
}

std::optional<Time> node_due_at(const NodeState& node, const NodeRules& rules, Time listening_since)
{
  switch (node.status) {
  case NodeStatus::unseen:
  case NodeStatus::vanished:
    return {};
  case NodeStatus::up:
    break;
  case NodeStatus::stopped:
  case NodeStatus::gone:
    return std::max(node.since + rules.vanished_after, listening_since + rules.grace);
  }
  const auto silent = silence_told_at(node, rules, listening_since);
  return node.fell ? std::min(silent, fall_told_at(*node.fell, rules, listening_since)) : silent;
}

std::vector<Event> take_node_time(NodeState& node, const NodeRules& rules, Time now, Time listening_since)
{
  const auto due = node_due_at(node, rules, listening_since);
  if (!due || now < *due) {
    return {};
  }
  if (node.status == NodeStatus::up) {
    return turn_to_gone(node, rules, now, listening_since);
  }
  auto message = absence_text(node, node.last_up, now);
  return turn_to(node, NodeStatus::vanished, node_event(EventKind::node_vanished, now, std::move(message)));
}

}  // namespace muster::collector
