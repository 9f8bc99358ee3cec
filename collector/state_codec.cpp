// SPDX-License-Identifier: Apache-2.0
#include "collector/state_codec.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "libmuster/protocol/json.hpp"

namespace muster::collector {

namespace json = protocol::json;
using protocol::to_json;

namespace {

constexpr std::size_t longest_text = std::size_t{64} << 10U;
constexpr std::int64_t latest = std::int64_t{1} << 53;  // what every JSON reader holds exactly

// What has the value that a new one has is left out.
void put(json::object& object, std::string_view name, Time time)
{
  if (time != Time{}) {
    object[name] = to_json(time);
  }
}

void put(json::object& object, std::string_view name, const std::optional<Time>& time)
{
  if (time) {
    object[name] = to_json(*time);
  }
}

void put_number(json::object& object, std::string_view name, std::int64_t number)
{
  if (number != 0) {
    object[name] = number;
  }
}

void put_words(json::object& object, std::string_view name, const std::vector<std::string>& words)
{
  json::array array;
  array.reserve(words.size());
  for (const auto& word : words) {
    array.emplace_back(word);
  }
  object[name] = std::move(array);
}

// Takes members out of one object. Its own and no JsonReader: what it reads is ours, and has more than 256
// nodes in it.
class Members {
public:
  explicit Members(const json::object& object) : object_{object} {}

  std::int64_t number(std::string_view name, std::int64_t least = 0, std::int64_t most = latest)
  {
    const auto* value = object_.if_contains(name);
    if (value == nullptr) {
      return 0;
    }
    if (!value->is_int64() || value->get_int64() < least || value->get_int64() > most) {
      complain(name);
      return 0;
    }
    return value->get_int64();
  }

  Time time(std::string_view name) { return Time{std::chrono::milliseconds{number(name, -latest)}}; }

  std::optional<Time> optional_time(std::string_view name)
  {
    return object_.contains(name) ? std::optional{time(name)} : std::nullopt;
  }

  bool flag(std::string_view name) { return number(name, 0, 1) == 1; }

  CheckState state(std::string_view name) { return static_cast<CheckState>(number(name, 0, 3)); }

  std::optional<CheckState> optional_state(std::string_view name)
  {
    return object_.contains(name) ? std::optional{state(name)} : std::nullopt;
  }

  std::string text(std::string_view name)
  {
    const auto* value = object_.if_contains(name);
    if (value == nullptr) {
      return {};
    }
    if (!value->is_string() || value->get_string().size() > longest_text) {
      complain(name);
      return {};
    }
    return std::string{value->get_string()};
  }

  std::vector<std::string> words(std::string_view name)
  {
    std::vector<std::string> words;
    const auto* value = object_.if_contains(name);
    const auto* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr) {
      return words;
    }
    words.reserve(array->size());
    for (const auto& element : *array) {
      if (const auto* word = element.if_string()) {
        words.emplace_back(*word);
      } else {
        complain(name);
      }
    }
    return words;
  }

  template <typename Value, typename Convert>
  std::map<std::string, Value> map(std::string_view name, const Convert& convert)
  {
    std::map<std::string, Value> map;
    const auto* value = object_.if_contains(name);
    if (value != nullptr && value->is_object()) {
      for (const auto& [key, member] : value->get_object()) {
        map.emplace(key, convert(member));
      }
    }
    return map;
  }

  template <typename T>
  Expected<T> finish(T value) const
  {
    if (!problem_.empty()) {
      return failure(ErrorCode::invalid_input, "stored state: " + problem_ + " is not what it should be");
    }
    return value;
  }

private:
  void complain(std::string_view name) { problem_ = problem_.empty() ? std::string{name} : problem_; }

  const json::object& object_;
  std::string problem_;
};

Expected<json::object> object_of(std::string_view text)
{
  boost::system::error_code failed;
  auto value = json::parse(text, failed);
  if (failed || !value.is_object()) {
    return failure(ErrorCode::invalid_input, "stored state: expected an object");
  }
  return std::move(value.get_object());
}

void put(json::object& object, const FlappingState& flapping)
{
  put_number(object, "changes", flapping.changes);
  if (flapping.last) {
    object["flap_last"] = static_cast<std::int64_t>(*flapping.last);
  }
  put_number(object, "flaps", flapping.active ? 1 : 0);
  put(object, "flap_since", flapping.since);
}

FlappingState flapping_in(Members& members)
{
  FlappingState flapping;
  flapping.changes =
      static_cast<std::uint32_t>(members.number("changes", 0, std::numeric_limits<std::uint32_t>::max()));
  flapping.last = members.optional_state("flap_last");
  flapping.active = members.flag("flaps");
  flapping.since = members.time("flap_since");
  return flapping;
}

}  // namespace

std::string encode(const ServiceState& state)
{
  json::object object;
  put(object, "last", state.last_result);
  put_number(object, "state", static_cast<std::int64_t>(state.state));
  put(object, "since", state.since);
  put_number(object, "soft", state.hard ? 0 : 1);
  put_number(object, "attempt", state.attempt);
  put(object, "last_attempt", state.last_attempt);
  put_number(object, "hard_state", static_cast<std::int64_t>(state.hard_state));
  put(object, "hard_since", state.hard_since);
  put_number(object, "stale", state.stale ? 1 : 0);
  put(object, state.flapping);
  return json::serialize(object);
}

Expected<ServiceState> parse_service_state(std::string_view text)
{
  const auto object = object_of(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  Members members{*object};
  ServiceState state;
  state.last_result = members.optional_time("last");
  state.state = members.state("state");
  state.since = members.time("since");
  state.hard = !members.flag("soft");
  state.attempt = static_cast<int>(members.number("attempt", 0, std::numeric_limits<int>::max()));
  state.last_attempt = members.time("last_attempt");
  state.hard_state = members.state("hard_state");
  state.hard_since = members.time("hard_since");
  state.stale = members.flag("stale");
  state.flapping = flapping_in(members);
  return members.finish(state);
}

std::string encode(const NodeState& state)
{
  json::object object;
  object["status"] = to_string(state.status);
  put(object, "since", state.since);
  put(object, "last_up", state.last_up);
  put(object, "fell", state.fell);
  return json::serialize(object);
}

Expected<NodeState> parse_node_state_text(std::string_view text)
{
  const auto object = object_of(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  Members members{*object};
  NodeState state;
  const auto status = parse_node_status(members.text("status"));
  if (!status) {
    return failure(ErrorCode::invalid_input, "stored state: status is not what it should be");
  }
  state.status = *status;
  state.since = members.time("since");
  state.last_up = members.optional_time("last_up");
  state.fell = members.optional_time("fell");
  return members.finish(state);
}

std::string encode(const Downtime& downtime)
{
  json::object object;
  object["id"] = downtime.id;
  object["caller"] = downtime.caller;
  object["comment"] = downtime.comment;
  object["filter"] = downtime.filter;
  put(object, "start", downtime.start);
  put(object, "end", downtime.end);
  put_number(object, "duration", downtime.duration ? downtime.duration->count() : 0);
  put_words(object, "nodes", downtime.nodes);
  put_words(object, "checks", downtime.checks);
  put_number(object, "started", downtime.started ? 1 : 0);
  json::object triggered;
  for (const auto& [node, time] : downtime.triggered) {
    triggered[node] = to_json(time);
  }
  object["triggered"] = std::move(triggered);
  return json::serialize(object);
}

Expected<Downtime> parse_downtime(std::string_view text)
{
  const auto object = object_of(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  Members members{*object};
  Downtime downtime;
  downtime.id = members.text("id");
  downtime.caller = members.text("caller");
  downtime.comment = members.text("comment");
  downtime.filter = members.text("filter");
  downtime.start = members.time("start");
  downtime.end = members.time("end");
  if (const auto duration = members.number("duration"); duration > 0) {
    downtime.duration = std::chrono::milliseconds{duration};
  }
  downtime.nodes = members.words("nodes");
  downtime.checks = members.words("checks");
  downtime.started = members.flag("started");
  downtime.triggered = members.map<Time>("triggered", [](const json::value& time) {
    return Time{std::chrono::milliseconds{time.is_int64() ? time.get_int64() : 0}};
  });
  return members.finish(std::move(downtime));
}

std::string encode(const Acknowledgement& acknowledgement)
{
  json::object object;
  object["node"] = acknowledgement.node;
  object["check"] = acknowledgement.check;
  object["caller"] = acknowledgement.caller;
  object["comment"] = acknowledgement.comment;
  put(object, "set", acknowledgement.set);
  put_number(object, "state", static_cast<std::int64_t>(acknowledgement.state));
  put_number(object, "sticky", acknowledgement.sticky ? 1 : 0);
  put(object, "expires", acknowledgement.expires);
  return json::serialize(object);
}

Expected<Acknowledgement> parse_acknowledgement(std::string_view text)
{
  const auto object = object_of(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  Members members{*object};
  Acknowledgement acknowledgement;
  acknowledgement.node = members.text("node");
  acknowledgement.check = members.text("check");
  acknowledgement.caller = members.text("caller");
  acknowledgement.comment = members.text("comment");
  acknowledgement.set = members.time("set");
  acknowledgement.state = members.state("state");
  acknowledgement.sticky = members.flag("sticky");
  acknowledgement.expires = members.optional_time("expires");
  return members.finish(std::move(acknowledgement));
}

std::string encode(const MassLoss::Held& held)
{
  json::object object;
  object["kind"] = to_string(held.event.kind);
  object["node"] = held.event.node;
  object["message"] = held.event.message;
  put(object, "time", held.event.time);
  json::object attributes;
  for (const auto& [name, value] : held.attributes) {
    attributes[name] = value;
  }
  object["attributes"] = std::move(attributes);
  return json::serialize(object);
}

Expected<MassLoss::Held> parse_held(std::string_view text)
{
  const auto object = object_of(text);
  if (!object) {
    return tl::unexpected{object.error()};
  }
  Members members{*object};
  MassLoss::Held held;
  const auto kind = parse_event_kind(members.text("kind"));
  if (!kind) {
    return failure(ErrorCode::invalid_input, "stored state: kind is not what it should be");
  }
  held.event.kind = *kind;
  held.event.node = members.text("node");
  held.event.message = members.text("message");
  held.event.time = members.time("time");
  held.attributes = members.map<std::string>("attributes", [](const json::value& value) {
    return value.is_string() ? std::string{value.get_string()} : std::string{};
  });
  return members.finish(std::move(held));
}

}  // namespace muster::collector
