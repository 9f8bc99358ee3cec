// SPDX-License-Identifier: Apache-2.0
#include "collector/notify/notice.hpp"

#include <algorithm>
#include <limits>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/protocol/json.hpp"

namespace muster::collector {

using protocol::JsonReader;
namespace json = protocol::json;

namespace {

constexpr std::size_t longest_text = std::size_t{128} << 10U;  // what a result may be on the wire
constexpr std::size_t longest_name = 256;
constexpr std::size_t most_nodes = 1'000'000;

// What the engine asks of an event, of one that was stored.
Event asked_of(const StoredEvent& event, EventKind kind)
{
  Event asked;
  asked.kind = kind;
  asked.hard = event.hard;
  asked.replayed = event.replayed;
  asked.silence.downtime = !event.silence.empty();  // whatever the reason is
  return asked;
}

bool is_problem_of(const Receiver& receiver, CheckState state)
{
  return state != CheckState::ok && receiver.states.at(static_cast<std::size_t>(state));
}

// What leaves the states that are told is a recovery, also if it becomes WARNING where that is not told; and
// a recovery of what was not told is no news.
bool has_states(const Receiver& receiver, const StoredEvent& event)
{
  const auto state = state_of(event);
  if (!state || is_problem_of(receiver, *state)) {
    return true;
  }
  const auto before = event.service.empty() ? CheckState::critical : event.before.value_or(CheckState::ok);
  return receiver.states.at(static_cast<std::size_t>(CheckState::ok)) && is_problem_of(receiver, before);
}

bool has_check(const Receiver& receiver, const StoredEvent& event)
{
  const auto& checks = receiver.checks;
  return checks.empty() || std::find(checks.begin(), checks.end(), event.service) != checks.end();
}

bool is_meant_by(const StoredEvent& event, const NodeIsMeant& is_meant)
{
  return event.nodes.empty() ? is_meant(event.node)
                             : std::any_of(event.nodes.begin(), event.nodes.end(), is_meant);
}

void put(json::object& object, const char* name, std::optional<CheckState> state)
{
  if (state) {
    object[name] = static_cast<int>(*state);
  }
}

std::optional<CheckState> state_in(JsonReader& reader, std::string_view name)
{
  return reader.has(name) ? std::optional{static_cast<CheckState>(reader.integer(name, 0, 3))} : std::nullopt;
}

}  // namespace

bool wants(const Receiver& receiver, const StoredEvent& event, const NodeIsMeant& is_meant)
{
  const auto kind = parse_event_kind(event.kind);
  return kind && receiver.events.contains(*kind) && notifies(asked_of(event, *kind)) &&
         has_states(receiver, event) && has_check(receiver, event) && is_meant_by(event, is_meant);
}

std::optional<CheckState> state_of(const StoredEvent& event)
{
  const auto kind = parse_event_kind(event.kind);
  switch (kind.value_or(EventKind::node_new)) {
  case EventKind::state:
    return event.after;
  case EventKind::node_gone:
  case EventKind::node_stopped:
  case EventKind::node_vanished:
  case EventKind::nodes_lost:
  case EventKind::nodes_stopped:
  case EventKind::nodes_vanished:
    return CheckState::critical;
  case EventKind::node_back:
  case EventKind::nodes_back:
    return CheckState::ok;
  default:
    return std::nullopt;
  }
}

std::string encode(const StoredEvent& event)
{
  json::object object;
  object["time"] = protocol::to_json(event.time);
  object["kind"] = event.kind;
  object["node"] = event.node;
  object["check"] = event.service;
  put(object, "before", event.before);
  put(object, "after", event.after);
  object["message"] = event.message;
  object["hard"] = event.hard;
  object["attempt"] = event.attempt;
  if (!event.nodes.empty()) {
    object["nodes"] = json::array(event.nodes.begin(), event.nodes.end());
  }
  return json::serialize(object);
}

Expected<StoredEvent> parse_event(std::string_view text)
{
  boost::system::error_code error;
  const auto value = json::parse(json::string_view{text.data(), text.size()}, error);
  if (error || !value.is_object()) {
    return failure(ErrorCode::invalid_input, "damaged: expected a JSON object");
  }
  JsonReader reader{value.get_object(), "event"};
  StoredEvent event;
  event.time = reader.time("time");
  event.kind = reader.string("kind", longest_name);
  event.node = reader.string("node", longest_name);
  event.service = reader.string("check", longest_name);
  event.before = state_in(reader, "before");
  event.after = state_in(reader, "after");
  event.message = reader.string("message", longest_text);
  event.hard = reader.optional_boolean("hard", false);
  event.attempt = static_cast<int>(reader.integer("attempt", 0, std::numeric_limits<int>::max()));
  event.nodes = reader.strings("nodes", most_nodes, longest_name);
  return reader.error() ? Expected<StoredEvent>{tl::unexpected<Error>{*reader.error()}} : event;
}

}  // namespace muster::collector
