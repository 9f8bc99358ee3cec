// SPDX-License-Identifier: Apache-2.0
#include "collector/state/mass_loss.hpp"

#include <algorithm>
#include <iterator>

#include "collector/state/node_list_text.hpp"

namespace muster::collector {

namespace {

using Group = std::vector<MassLoss::Held>;
using Attributes = MassLoss::Attributes;

bool has(const Attributes& attributes, const std::pair<std::string, std::string>& value)
{
  const auto found = attributes.find(value.first);
  return found != attributes.end() && found->second == value.second;
}

// Moves those that match out of `from`, in their order.
template <typename Matches>
Group take_out(Group& from, Matches matches)
{
  const auto rest = std::stable_partition(
      from.begin(), from.end(), [&](const MassLoss::Held& held) { return !matches(held); });
  Group taken{std::make_move_iterator(rest), std::make_move_iterator(from.end())};
  from.erase(rest, from.end());
  return taken;
}

Attributes shared_by(const Group& group)
{
  auto shared = group.front().attributes;
  for (const auto& held : group) {
    std::erase_if(shared, [&](const auto& value) { return !has(held.attributes, value); });
  }
  return shared;
}

std::string shared_text(const Attributes& shared)
{
  std::string text;
  for (const auto& [name, value] : shared) {
    text += text.empty() ? ", all of " : ", ";
    text += name;
    text += '=';
    text += value;
  }
  return text.empty() ? ", with nothing known in common" : text;
}

std::string message_of(const Event& event, bool more, const Attributes& shared)
{
  std::string text = std::to_string(event.nodes.size());
  text += more ? " more" : "";
  text += event.nodes.size() == 1 ? " node " : " nodes ";
  text += event.kind == EventKind::nodes_lost ? "lost" : "back";
  return text + shared_text(shared) + node_list_text(event.nodes);
}

Event event_of(EventKind kind, const Group& group, bool more)
{
  Event event;
  event.kind = kind == EventKind::node_gone ? EventKind::nodes_lost : EventKind::nodes_back;
  event.time = group.front().event.time;
  event.nodes.reserve(group.size());
  for (const auto& held : group) {
    event.time = std::min(event.time, held.event.time);
    event.nodes.push_back(held.event.node);
  }
  std::sort(event.nodes.begin(), event.nodes.end());
  // One that came and went twice within the window is one node.
  event.nodes.erase(std::unique(event.nodes.begin(), event.nodes.end()), event.nodes.end());
  event.message = message_of(event, more, shared_by(group));
  return event;
}

}  // namespace

std::vector<Event> MassLoss::take(Event event, Attributes attributes, Time now)
{
  const bool of_a_node = event.kind == EventKind::node_gone || event.kind == EventKind::node_back;
  if (!of_a_node || !notifies(event)) {
    std::vector<Event> passed;
    passed.push_back(std::move(event));
    return passed;
  }
  window_began_ = held_.empty() ? now : window_began_;
  held_.push_back({std::move(event), std::move(attributes)});
  return {};
}

std::optional<Time> MassLoss::due() const
{
  return held_.empty() ? std::nullopt : std::optional{window_began_ + rules_.window};
}

void MassLoss::forget(const std::string& node)
{
  std::erase_if(held_, [&](const Held& held) { return held.event.node == node; });
}

std::vector<Event> MassLoss::take_time(Time now)
{
  if (held_.empty() || now < *due()) {
    return {};
  }
  std::erase_if(told_, [now](const Told& group) { return group.until <= now; });
  auto returns = std::exchange(held_, {});
  auto losses = take_out(returns, [](const Held& held) { return held.event.kind == EventKind::node_gone; });
  auto events = told(EventKind::node_gone, std::move(losses), now);
  auto back = told(EventKind::node_back, std::move(returns), now);
  std::move(back.begin(), back.end(), std::back_inserter(events));
  std::stable_sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return left.time < right.time;
  });
  return events;
}

std::vector<Event> MassLoss::told(EventKind kind, Group open, Time now)
{
  std::vector<Event> events;
  events.reserve(open.size());
  for (std::size_t count = 0; count < most_groups; ++count) {
    const auto cause = next_cause(kind, open);
    if (!cause) {
      break;
    }
    const auto group = take_out(open, [&](const Held& held) { return has(held.attributes, *cause); });
    events.push_back(event_of(kind, group, was_told(kind, *cause)));
    told_.push_back({kind, *cause, now + rules_.remembered});
  }
  if (open.size() >= rules_.at_least) {
    events.push_back(event_of(kind, open, false));
    open.clear();
  }
  for (auto& held : open) {
    events.push_back(std::move(held.event));
  }
  return events;
}

bool MassLoss::was_told(EventKind kind, const Value& value) const
{
  return std::any_of(told_.begin(), told_.end(), [&](const Told& group) {
    return group.kind == kind && group.value == value;
  });
}

// The value that most share, if they are many, or if they are stragglers of a group.
std::optional<MassLoss::Value> MassLoss::next_cause(EventKind kind, const Group& open) const
{
  std::map<Value, std::size_t> counts;
  for (const auto& held : open) {
    for (const auto& value : held.attributes) {
      ++counts[value];
    }
  }
  std::optional<Value> best;
  std::size_t most = 0;
  for (const auto& [value, count] : counts) {
    if (count > most && (count >= rules_.at_least || was_told(kind, value))) {
      best = value;
      most = count;
    }
  }
  return best;
}

}  // namespace muster::collector
