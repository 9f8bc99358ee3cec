// SPDX-License-Identifier: Apache-2.0
// A notification as programs read it.
#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "collector/notify/notification.hpp"
#include "libmuster/model/utf8.hpp"
#include "libmuster/protocol/json.hpp"
#include "libmuster/protocol/utc_text.hpp"

namespace muster::collector {

namespace json = protocol::json;

namespace {

constexpr std::size_t longest_message = 2048;   // of an event: the beginning of a summary says it
constexpr std::size_t most_nodes = 100;         // of an event about many; their number is told
constexpr std::size_t longest_variable = 4096;  // of the environment

std::string word_of(std::optional<CheckState> state)
{
  return state ? std::string{to_string(*state)} : std::string{};
}

json::value state_value(std::optional<CheckState> state)
{
  json::value value;  // null
  if (state) {
    value = to_string(*state);
  }
  return value;
}

json::object object_of(const Notice& notice)
{
  const auto& event = notice.event;
  json::object object;
  object["id"] = notice.id;
  object["time"] = protocol::utc_text(event.time);
  object["kind"] = event.kind;
  object["node"] = to_valid_utf8(event.node);
  object["check"] = to_valid_utf8(event.service);
  object["state"] = state_value(state_of(event));
  object["before"] = state_value(event.before);
  object["message"] = truncate_utf8(to_valid_utf8(event.message), longest_message, "…");
  if (!event.nodes.empty()) {
    const auto listed = std::min(event.nodes.size(), most_nodes);
    object["node_count"] = event.nodes.size();
    object["nodes"] =
        json::array(event.nodes.begin(), event.nodes.begin() + static_cast<std::ptrdiff_t>(listed));
  }
  return object;
}

}  // namespace

std::string to_json(const Notification& notification)
{
  json::object object;
  object["version"] = 1;
  object["collector"] = notification.collector;
  object["receiver"] = notification.receiver;
  object["group"] = to_valid_utf8(notification.group);
  object["state"] = state_value(notification.worst);
  object["title"] = notification.title;
  object["text"] = notification.text;
  json::array events;
  for (const auto& notice : notification.events) {
    events.push_back(object_of(notice));
  }
  object["events"] = std::move(events);
  object["more"] = notification.more;
  return json::serialize(object);
}

std::vector<std::pair<std::string, std::string>> environment_of(const Notification& notification)
{
  const auto& first = notification.events.front().event;
  const auto count = notification.events.size() + notification.more;
  std::vector<std::pair<std::string, std::string>> variables{
      {"MUSTER_COLLECTOR", notification.collector},
      {"MUSTER_RECEIVER", notification.receiver},
      {"MUSTER_STATE", word_of(notification.worst)},
      {"MUSTER_TITLE", notification.title},
      {"MUSTER_TEXT", notification.text},
      {"MUSTER_EVENTS", std::to_string(count)},
      {"MUSTER_KIND", count == 1 ? first.kind : std::string{}},
      {"MUSTER_NODE", count == 1 ? first.node : std::string{}},
      {"MUSTER_CHECK", count == 1 ? first.service : std::string{}}};
  for (auto& [name, value] : variables) {
    value = truncate_utf8(printable(value, name == "MUSTER_TEXT"), longest_variable, "…");
  }
  return variables;
}

}  // namespace muster::collector
