// SPDX-License-Identifier: Apache-2.0
#include "collector/state/mass_refusal.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <boost/json/serialize.hpp>

#include "collector/state/node_list_text.hpp"
#include "libmuster/protocol/json.hpp"

namespace muster::collector {

namespace {

constexpr std::string_view prefix = "schedule:";
constexpr std::size_t longest_text = 4096;  // of a summary; what a node answers is no longer

Event event_of(const std::vector<Event>& group)
{
  const auto& first = group.front();
  const bool refused = first.to && *first.to != CheckState::ok;
  Event event;
  event.kind = refused ? EventKind::schedule_refused : EventKind::schedule_accepted;
  event.time = first.time;
  for (const auto& one : group) {
    event.time = std::min(event.time, one.time);
    event.nodes.push_back(one.node);
  }
  std::sort(event.nodes.begin(), event.nodes.end());
  event.nodes.erase(std::unique(event.nodes.begin(), event.nodes.end()), event.nodes.end());
  event.message = std::to_string(event.nodes.size()) + (refused ? " nodes refuse" : " nodes take") +
                  " the schedule " + std::string{refused_schedule(first.check).value_or("")} +
                  (refused ? ", " + event.nodes.front() + ": " + first.message : " again") +
                  node_list_text(event.nodes);
  return event;
}

}  // namespace

std::string refusal_check(const std::string& schedule)
{
  return std::string{prefix} + schedule;
}

std::optional<std::string_view> refused_schedule(std::string_view check)
{
  return check.starts_with(prefix) ? std::optional{check.substr(prefix.size())} : std::nullopt;
}

std::vector<Event> MassRefusal::take(Event event, Time now)
{
  const bool of_a_schedule = event.kind == EventKind::state && refused_schedule(event.check);
  if (!of_a_schedule || !notifies(event)) {
    std::vector<Event> passed;
    passed.push_back(std::move(event));
    return passed;
  }
  window_began_ = held_.empty() ? now : window_began_;
  held_.push_back(std::move(event));
  return {};
}

std::vector<Event> MassRefusal::take_time(Time now)
{
  if (held_.empty() || now < window_began_ + rules_.window) {
    return {};
  }
  std::map<std::pair<std::string, bool>, std::vector<Event>> groups;
  for (auto& event : std::exchange(held_, {})) {
    std::pair<std::string, bool> of{event.check, event.to == CheckState::ok};
    groups[std::move(of)].push_back(std::move(event));
  }
  std::vector<Event> events;
  for (auto& [of, group] : groups) {
    if (group.size() >= rules_.at_least) {
      events.push_back(event_of(group));
    } else {
      std::move(group.begin(), group.end(), std::back_inserter(events));
    }
  }
  std::stable_sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return left.time < right.time;
  });
  return events;
}

void MassRefusal::forget(const std::string& node)
{
  std::erase_if(held_, [&](const Event& event) { return event.node == node; });
}

std::string encode_refusal(const Event& event)
{
  protocol::json::object object;
  object["node"] = event.node;
  object["check"] = event.check;
  object["time"] = protocol::to_json(event.time);
  object["from"] = static_cast<int>(event.from.value_or(CheckState::ok));
  object["to"] = static_cast<int>(event.to.value_or(CheckState::unknown));
  object["message"] = event.message;
  return protocol::json::serialize(object);
}

Expected<Event> parse_refusal(std::string_view text)
{
  const auto object = protocol::parse_object(text);
  if (!object) {
    return tl::unexpected<Error>{object.error()};
  }
  protocol::JsonReader reader{*object, "refusal"};
  Event event;
  event.node = reader.string("node", longest_text);
  event.check = reader.string("check", longest_text);
  event.time = reader.time("time");
  event.from = static_cast<CheckState>(reader.integer("from", 0, 3));
  event.to = static_cast<CheckState>(reader.integer("to", 0, 3));
  event.message = reader.string("message", longest_text);
  event.hard = true;
  event.attempt = event.to == CheckState::ok ? 0 : 1;
  if (reader.error()) {
    return tl::unexpected<Error>{*reader.error()};
  }
  return event;
}

}  // namespace muster::collector
