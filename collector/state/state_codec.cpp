// SPDX-License-Identifier: Apache-2.0
#include "collector/state/state_codec.hpp"

#include <iterator>
#include <limits>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/json.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

using protocol::JsonReader;
using protocol::to_json;
namespace json = protocol::json;

namespace {

constexpr std::size_t longest_name = 256;  // of a check, a node, a caller, an id
constexpr std::int64_t most_attempts = std::numeric_limits<int>::max();
constexpr std::int64_t all_changes = (std::int64_t{1} << FlappingState::results) - 1;

// The limits of the wire are too small for what is stored.
Expected<json::object> stored_object(std::string_view text, std::string_view what)
{
  const auto damaged = [what](const std::string& why) {
    return failure(ErrorCode::invalid_input, std::string{what} + ": damaged: " + why);
  };
  if (text.size() > largest_stored) {
    return damaged("larger than " + std::to_string(largest_stored) + " bytes");
  }
  json::parse_options options;
  options.max_depth = protocol::deepest_nesting;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) {
    return damaged(error ? error.message() : "expected a JSON object");
  }
  return std::move(value.as_object());
}

// What was read, or the first thing that was wrong with it.
template <typename Value>
Expected<Value> unless_wrong(const JsonReader& reader, Value value)
{
  if (reader.error()) {
    return tl::unexpected<Error>{*reader.error()};
  }
  return value;
}

void put(json::object& object, std::string_view name, std::optional<Time> time)
{
  if (time) {
    object[name] = to_json(*time);
  }
}

std::optional<Time> optional_time(JsonReader& reader, std::string_view name)
{
  return reader.has(name) ? std::optional{reader.time(name)} : std::nullopt;
}

json::value number_of(CheckState state)
{
  return static_cast<int>(state);
}

CheckState state_in(JsonReader& reader, std::string_view name)
{
  return static_cast<CheckState>(reader.integer(name, 0, 3));
}

// The kind of an event that MassLoss holds.
EventKind held_kind_in(JsonReader& reader)
{
  const auto kind = parse_event_kind(reader.string("kind", longest_name));
  if (!kind || !MassLoss::holds(*kind)) {
    reader.fail("kind", "a kind of event that is held");
  }
  return kind.value_or(EventKind::node_gone);
}

FlappingState flapping_in(JsonReader& reader)
{
  FlappingState flapping;
  flapping.changes = static_cast<std::uint32_t>(reader.integer("changes", 0, all_changes));
  if (reader.has("last")) {
    flapping.last = state_in(reader, "last");
  }
  flapping.active = reader.optional_boolean("active", false);
  flapping.since = reader.time("since");
  return flapping;
}

json::array array_of(const std::vector<std::string>& texts)
{
  json::array array;
  array.reserve(texts.size());
  for (const auto& text : texts) {
    array.emplace_back(text);
  }
  return array;
}

json::object object_of(const MassLoss::Attributes& attributes)
{
  json::object object;
  for (const auto& [name, value] : attributes) {
    object[name] = value;
  }
  return object;
}

MassLoss::Attributes attributes_in(JsonReader& reader)
{
  const auto& object = reader.object("attributes");
  JsonReader inside{object, "attributes"};
  MassLoss::Attributes attributes;
  for (const auto& member : object) {
    attributes[std::string{member.key()}] = inside.string(member.key(), longest_attribute);
  }
  if (inside.error()) {
    reader.fail("attributes", "an object of short strings");
  }
  return attributes;
}

json::object object_of(const std::map<std::string, Time>& times)
{
  json::object object;
  for (const auto& [name, time] : times) {
    object[name] = to_json(time);
  }
  return object;
}

std::map<std::string, Time> times_in(JsonReader& reader, std::string_view name)
{
  const auto& object = reader.object(name);
  JsonReader inside{object, std::string{name}};
  std::map<std::string, Time> times;
  for (const auto& member : object) {
    times[std::string{member.key()}] = inside.time(member.key());
  }
  if (inside.error()) {
    reader.fail(name, "an object of times");
  }
  return times;
}

std::string node_in(JsonReader& reader)
{
  auto node = reader.string("node", longest_name);
  if (!is_node_name(node)) {
    reader.fail("node", "the name of a node");
  }
  return node;
}

}  // namespace

// Put together by hand: it is made for every result, and a document of its own takes ten times as long.
std::string encode(const KnownService& service)
{
  const auto& state = service.state;
  const auto& flapping = state.flapping;
  std::string text = state.last_result ? fmt::format(R"({{"last":{},)", to_json(*state.last_result)) : "{";
  fmt::format_to(
      std::back_inserter(text),
      R"("state":{},"since":{},"hard":{},"attempt":{},"counted":{},"hard_state":{},"hard_since":{},"stale":{},)"
      R"("flapping":{{"changes":{},)",
      static_cast<int>(state.state),
      to_json(state.since),
      state.hard,
      state.attempt,
      to_json(state.last_attempt),
      static_cast<int>(state.hard_state),
      to_json(state.hard_since),
      state.stale,
      flapping.changes);
  if (flapping.last) {
    fmt::format_to(std::back_inserter(text), R"("last":{},)", static_cast<int>(*flapping.last));
  }
  fmt::format_to(
      std::back_inserter(text),
      R"("active":{},"since":{}}},"told":{})",
      flapping.active,
      to_json(flapping.since),
      static_cast<int>(service.told));
  if (service.before_absence) {
    fmt::format_to(
        std::back_inserter(text), R"(,"before_absence":{})", static_cast<int>(*service.before_absence));
  }
  text += '}';
  return text;
}

Expected<KnownService> parse_known_service(std::string_view text)
{
  const auto object = stored_object(text, "service");
  if (!object) {
    return tl::unexpected<Error>{object.error()};
  }
  JsonReader reader{*object, "service"};
  KnownService service;
  auto& state = service.state;
  state.last_result = optional_time(reader, "last");
  state.state = state_in(reader, "state");
  state.since = reader.time("since");
  state.hard = reader.optional_boolean("hard", true);
  state.attempt = static_cast<int>(reader.integer("attempt", 0, most_attempts));
  state.last_attempt = reader.time("counted");
  state.hard_state = state_in(reader, "hard_state");
  state.hard_since = reader.time("hard_since");
  state.stale = reader.optional_boolean("stale", false);
  service.told = state_in(reader, "told");
  if (reader.has("before_absence")) {
    service.before_absence = state_in(reader, "before_absence");
  }
  JsonReader flapping{reader.object("flapping"), "service.flapping"};
  state.flapping = flapping_in(flapping);
  return reader.error() ? unless_wrong(reader, service) : unless_wrong(flapping, service);
}

std::string encode(const KnownNode& node)
{
  json::object object;
  object["status"] = to_string(node.state.status);
  object["since"] = to_json(node.state.since);
  put(object, "last_up", node.state.last_up);
  put(object, "fell", node.state.fell);
  object["told"] = to_string(node.told);
  object["attributes"] = object_of(node.attributes);
  return json::serialize(object);
}

Expected<KnownNode> parse_known_node(std::string_view text)
{
  const auto object = stored_object(text, "node");
  if (!object) {
    return tl::unexpected<Error>{object.error()};
  }
  JsonReader reader{*object, "node"};
  const auto status = [&reader](std::string_view name) {
    const auto word = parse_node_status(reader.string(name, longest_name));
    if (!word) {
      reader.fail(name, "the status of a node");
    }
    return word.value_or(NodeStatus::unseen);
  };
  KnownNode node;
  node.state.status = status("status");
  node.state.since = reader.time("since");
  node.state.last_up = optional_time(reader, "last_up");
  node.state.fell = optional_time(reader, "fell");
  node.told = status("told");
  node.attributes = attributes_in(reader);
  return unless_wrong(reader, std::move(node));
}

std::string encode(const Downtime& downtime)
{
  json::object object;
  object["id"] = downtime.id;
  object["caller"] = downtime.caller;
  object["comment"] = downtime.comment;
  object["start"] = to_json(downtime.start);
  object["end"] = to_json(downtime.end);
  if (downtime.duration) {
    object["duration"] = downtime.duration->count();
  }
  object["nodes"] = array_of(downtime.nodes);
  object["filter"] = downtime.filter;
  object["select"] = protocol::to_json(downtime.select);
  if (downtime.either) {
    object["either"] = true;
  }
  object["checks"] = array_of(downtime.checks);
  object["started"] = downtime.started;
  object["triggered"] = object_of(downtime.triggered);
  return json::serialize(object);
}

namespace {

Expected<Filter> select_in(JsonReader& reader)
{
  return reader.has("select") ? protocol::filter_from_json(reader.object("select"), "downtime.select")
                              : Expected<Filter>{Filter{}};
}

}  // namespace

Expected<Downtime> parse_downtime(std::string_view text)
{
  const auto object = stored_object(text, "downtime");
  if (!object) {
    return tl::unexpected<Error>{object.error()};
  }
  JsonReader reader{*object, "downtime"};
  Downtime downtime;
  downtime.id = reader.string("id", longest_name);
  downtime.caller = reader.string("caller", longest_name);
  downtime.comment = reader.string("comment", longest_stored_text);
  downtime.start = reader.time("start");
  downtime.end = reader.time("end");
  if (reader.has("duration")) {
    downtime.duration = reader.duration("duration", Downtime::longest);
  }
  downtime.nodes = reader.strings("nodes", Downtime::most_names, longest_name);
  downtime.filter = reader.string("filter", longest_stored_text);
  auto select = select_in(reader);
  if (!select) {
    return tl::unexpected<Error>{select.error()};
  }
  downtime.select = std::move(*select);
  // Before there was a `select`, names and words did not narrow one another.
  const bool together = reader.has("select") || downtime.nodes.empty() || downtime.filter.empty();
  downtime.either = reader.optional_boolean("either", !together);
  downtime.checks = reader.strings("checks", Downtime::most_names, longest_name);
  downtime.started = reader.optional_boolean("started", false);
  downtime.triggered = times_in(reader, "triggered");
  return unless_wrong(reader, std::move(downtime));
}

std::string encode(const Acknowledgement& acknowledgement)
{
  json::object object;
  object["node"] = acknowledgement.node;
  object["check"] = acknowledgement.check;
  object["caller"] = acknowledgement.caller;
  object["comment"] = acknowledgement.comment;
  object["set"] = to_json(acknowledgement.set);
  object["state"] = number_of(acknowledgement.state);
  object["sticky"] = acknowledgement.sticky;
  put(object, "expires", acknowledgement.expires);
  return json::serialize(object);
}

Expected<Acknowledgement> parse_acknowledgement(std::string_view text)
{
  const auto object = stored_object(text, "acknowledgement");
  if (!object) {
    return tl::unexpected<Error>{object.error()};
  }
  JsonReader reader{*object, "acknowledgement"};
  Acknowledgement acknowledgement;
  acknowledgement.node = node_in(reader);
  acknowledgement.check = reader.string("check", longest_name);
  acknowledgement.caller = reader.string("caller", longest_name);
  acknowledgement.comment = reader.string("comment", longest_stored_text);
  acknowledgement.set = reader.time("set");
  acknowledgement.state = state_in(reader, "state");
  acknowledgement.sticky = reader.optional_boolean("sticky", false);
  acknowledgement.expires = optional_time(reader, "expires");
  return unless_wrong(reader, std::move(acknowledgement));
}

std::string encode(const MassLoss::Held& held)
{
  json::object object;
  object["kind"] = to_string(held.event.kind);
  object["node"] = held.event.node;
  object["time"] = to_json(held.event.time);
  object["message"] = held.event.message;
  object["attributes"] = object_of(held.attributes);
  return json::serialize(object);
}

Expected<MassLoss::Held> parse_held(std::string_view text)
{
  const auto object = stored_object(text, "held");
  if (!object) {
    return tl::unexpected<Error>{object.error()};
  }
  JsonReader reader{*object, "held"};
  MassLoss::Held held;
  held.event.kind = held_kind_in(reader);
  held.event.node = node_in(reader);
  held.event.time = reader.time("time");
  held.event.message = reader.string("message", longest_stored_text);
  held.attributes = attributes_in(reader);
  return unless_wrong(reader, std::move(held));
}

}  // namespace muster::collector
