// SPDX-License-Identifier: Apache-2.0
#include "collector/state/mass_loss.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string_view>

#include "collector/state/node_list_text.hpp"

namespace muster::collector {

namespace {

using Group = std::vector<MassLoss::Held>;
using Attributes = MassLoss::Attributes;
using Fleet = MassLoss::Fleet;

struct Mass {
  EventKind of_one;
  EventKind of_many;
  std::string_view verb;
};

constexpr std::array<Mass, 4> masses{
    {{EventKind::node_gone, EventKind::nodes_lost, "lost"},
     {EventKind::node_stopped, EventKind::nodes_stopped, "stopped in order"},
     {EventKind::node_vanished, EventKind::nodes_vanished, "vanished"},
     {EventKind::node_back, EventKind::nodes_back, "back"}}};

// Of a kind that is held.
const Mass& mass_of(EventKind kind)
{
  return *std::find_if(masses.begin(), masses.end(), [kind](const Mass& one) { return one.of_one == kind; });
}

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

std::size_t how_many_have(const MassLoss::Value& value, const Fleet& fleet)
{
  const auto found = fleet.with.find(value);
  return found == fleet.with.end() ? 0 : found->second;
}

// Where some are still there that have it, too, as all have, it is not why the others are lost.
void leave_out_what_all_have(Group& group, const Fleet& fleet)
{
  std::set<std::string_view> nodes;
  for (const auto& held : group) {
    nodes.insert(held.event.node);
  }
  if (nodes.size() >= fleet.nodes) {
    return;
  }
  for (auto& held : group) {
    std::erase_if(
        held.attributes, [&](const auto& value) { return how_many_have(value, fleet) >= fleet.nodes; });
  }
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

std::string message_of(const Event& event, std::string_view verb, bool more, const Attributes& shared)
{
  std::string text = std::to_string(event.nodes.size());
  text += more ? " more" : "";
  text += event.nodes.size() == 1 ? " node " : " nodes ";
  text += verb;
  return text + shared_text(shared) + node_list_text(event.nodes);
}

Event event_of(EventKind kind, const Group& group, bool more)
{
  const auto& mass = mass_of(kind);
  Event event;
  event.kind = mass.of_many;
  event.time = group.front().event.time;
  event.nodes.reserve(group.size());
  for (const auto& held : group) {
    event.time = std::min(event.time, held.event.time);
    event.nodes.push_back(held.event.node);
  }
  std::sort(event.nodes.begin(), event.nodes.end());
  // One that came and went twice within the window is one node.
  event.nodes.erase(std::unique(event.nodes.begin(), event.nodes.end()), event.nodes.end());
  event.message = message_of(event, mass.verb, more, shared_by(group));
  return event;
}

}  // namespace

bool MassLoss::holds(EventKind kind)
{
  return std::any_of(masses.begin(), masses.end(), [kind](const Mass& one) { return one.of_one == kind; });
}

std::vector<Event> MassLoss::take(Event event, Attributes attributes, Time now)
{
  if (!holds(event.kind) || !notifies(event)) {
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

std::vector<Event> MassLoss::take_time(Time now, const Fleet& fleet)
{
  if (held_.empty() || now < *due()) {
    return {};
  }
  std::erase_if(told_, [now](const Told& group) { return group.until <= now; });
  auto open = std::exchange(held_, {});
  std::vector<Event> events;
  for (const auto& mass : masses) {
    auto group = take_out(open, [&](const Held& held) { return held.event.kind == mass.of_one; });
    auto more = told(mass.of_one, std::move(group), fleet, now);
    std::move(more.begin(), more.end(), std::back_inserter(events));
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return left.time < right.time;
  });
  return events;
}

std::vector<Event> MassLoss::told(EventKind kind, Group open, const Fleet& fleet, Time now)
{
  leave_out_what_all_have(open, fleet);
  std::vector<Event> events;
  events.reserve(open.size());
  for (std::size_t count = 0; count < most_groups; ++count) {
    const auto cause = next_cause(kind, open, fleet);
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

// The value that most share, if they are many, or if they are stragglers of a group; of two alike the one
// that fewer of the fleet have, as that of a site whose nodes are at the same broker as others.
std::optional<MassLoss::Value> MassLoss::next_cause(
    EventKind kind, const Group& open, const Fleet& fleet) const
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
    const bool better =
        count > most || (count == most && how_many_have(value, fleet) < how_many_have(*best, fleet));
    if (better && (count >= rules_.at_least || was_told(kind, value))) {
      best = value;
      most = count;
    }
  }
  return best;
}

}  // namespace muster::collector
