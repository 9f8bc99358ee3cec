// SPDX-License-Identifier: Apache-2.0
#include "collector/state/replay.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/json/serialize.hpp>

#include "collector/state/event_line.hpp"
#include "collector/state/observation.hpp"
#include "collector/state/time_text.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

namespace {

void append(std::vector<Event>& events, std::vector<Event> more)
{
  std::move(more.begin(), more.end(), std::back_inserter(events));
}

template <typename Value>
tl::unexpected<Error> error_of(const Expected<Value>& failed)
{
  return tl::unexpected<Error>{failed.error()};
}

}  // namespace

EngineRules Replay::with_nodes(EngineRules rules) const
{
  rules.dependencies = find_nodes(std::move(rules.dependencies), [this](const std::string& name) {
    const auto presence = presences_.find(name);
    return presence == presences_.end() ? nullptr : &presence->second;
  });
  return rules;
}

Expected<std::vector<Event>> Replay::take_line(std::string_view line)
{
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
    return std::vector<Event>{};
  }
  const auto object = protocol::parse_object(line);
  if (!object) {
    return error_of(object);
  }
  if (object->contains("message")) {
    return take_message(*object);
  }
  return object->contains("presence") ? take_presence(*object, "presence") : take_result(line, std::nullopt);
}

Expected<std::vector<Event>> Replay::take_message(const protocol::json::object& line)
{
  protocol::JsonReader reader{line, ""};
  const auto came = reader.time("time");
  const auto& message = reader.object("message");
  if (reader.error()) {
    return tl::unexpected<Error>{*reader.error()};
  }
  return message.contains("check") ? take_result(protocol::json::serialize(message), came)
                                   : take_presence(line, "message");
}

Expected<std::vector<Event>> Replay::take_result(std::string_view text, std::optional<Time> came)
{
  auto message = protocol::parse_result(text);
  if (!message) {
    return error_of(message);
  }
  if (came) {
    correct_clock(message->result, std::chrono::floor<std::chrono::milliseconds>(message->now) - *came);
  }
  const auto observation = observation_of(message->result, Time::max(), false);
  auto events = take_time(observation.finished);
  if (events) {
    append(*events, engine_.take_result(message->node, message->result.check, observation));
  }
  return events;
}

Expected<std::vector<Event>> Replay::take_presence(
    const protocol::json::object& line, std::string_view member)
{
  protocol::JsonReader reader{line, ""};
  const auto time = reader.time("time");
  const auto text = protocol::json::serialize(reader.object(member));
  if (reader.error()) {
    return tl::unexpected<Error>{*reader.error()};
  }
  const auto presence = protocol::parse_presence(text);
  if (!presence) {
    return error_of(presence);
  }
  auto events = take_time(time);
  if (events && is_node_name(presence->name)) {
    auto attributes = attributes_of(*presence);
    const auto sighting = sighting_of(*presence, time, *clock_);
    presences_[presence->name] = *presence;
    append(*events, engine_.take_sighting(presence->name, sighting, std::move(attributes)));
  }
  return events;
}

// What is due in between happens in between.
Expected<std::vector<Event>> Replay::take_time(Time time)
{
  if (!clock_) {
    clock_ = time;
    return engine_.connected(time);
  }
  if (time - *clock_ > longest_gap) {
    return failure(
        ErrorCode::invalid_input,
        time_text(time) + " is more than " + duration_text(longest_gap) +
            " after the line before: leave out what comes from a clock that is wrong");
  }
  std::vector<Event> events;
  for (auto due = engine_.due(); due && *due <= time; due = engine_.due()) {
    clock_ = std::max(*clock_, *due);
    append(events, engine_.take_time(*clock_));
  }
  clock_ = std::max(*clock_, time);
  return events;
}

// Nothing is missed because the record ends.
std::vector<Event> Replay::finish()
{
  if (!clock_) {
    return {};
  }
  auto events = engine_.disconnected(*clock_);
  if (const auto held = engine_.due()) {
    append(events, engine_.take_time(*held));
  }
  return events;
}

Expected<void> replay(
    std::istream& lines, EngineRules rules, const std::function<void(const std::string&)>& print)
{
  Replay run{std::move(rules)};
  const auto print_all = [&print](const std::vector<Event>& events) {
    for (const auto& event : events) {
      print(event_line(event));
    }
  };
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    const auto events = run.take_line(line);
    if (!events) {
      return tl::unexpected<Error>{events.error().with_context("line " + std::to_string(number))};
    }
    print_all(*events);
  }
  print_all(run.finish());
  return {};
}

}  // namespace muster::collector
