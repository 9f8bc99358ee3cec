// SPDX-License-Identifier: Apache-2.0
#include "collector/board/board_json.hpp"

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>

#include "libmuster/model/utf8.hpp"

namespace muster::collector {

namespace json = protocol::json;
using protocol::to_json;

namespace {

json::object by_state(const std::array<std::uint64_t, 4>& counts)
{
  return {{"ok", counts[0]}, {"warning", counts[1]}, {"critical", counts[2]}, {"unknown", counts[3]}};
}

json::array words(const std::vector<std::string>& texts)
{
  json::array array;
  array.reserve(texts.size());
  for (const auto& text : texts) {
    array.emplace_back(text);
  }
  return array;
}

void put_if_set(json::object& object, std::string_view name, const std::optional<Time>& time)
{
  if (time) {
    object[name] = to_json(*time);
  }
}

template <typename T>
void put_if_set(json::object& object, std::string_view name, const std::optional<T>& value)
{
  if (value) {
    object[name] = to_json(*value);
  }
}

void put_if_true(json::object& object, std::string_view name, bool value)
{
  if (value) {
    object[name] = true;
  }
}

json::object common(const ShownService& service)
{
  json::object object;
  object["node"] = service.node;
  object["check"] = service.check;
  object["state"] = to_string(service.state);
  object["since"] = to_json(service.since);
  object["hard"] = service.hard;
  object["attempt"] = service.attempt;
  put_if_true(object, "flapping", service.flapping);
  put_if_true(object, "stale", service.stale);
  put_if_true(object, "unreachable", service.unreachable);
  put_if_set(object, "last_result", service.last_result);
  object["run_time"] = service.run_time.count();
  put_if_set(object, "acknowledgement", service.acknowledgement);
  put_if_set(object, "downtime", service.downtime);
  return object;
}

}  // namespace

json::object to_json(const FleetCounts& counts)
{
  json::object object;
  object["nodes"] = json::object{
      {"up", counts.up}, {"stopped", counts.stopped}, {"gone", counts.gone}, {"unseen", counts.unseen}};
  object["services"] = by_state(counts.services);
  auto& need_somebody = object["need_somebody"].emplace_object();
  need_somebody = by_state(counts.need_somebody);
  need_somebody["nodes"] = counts.nodes_need_somebody;
  return object;
}

json::object to_json(const CollectorHealth& health)
{
  json::object object;
  object["name"] = health.name;
  object["problems"] = words(health.problems);
  object["state"] = to_string(health.state);
  object["summary"] = health.summary;
  object["stores"] = health.stores;
  object["connected"] = health.connected;
  object["started"] = to_json(health.started);
  object["results_taken"] = health.results_taken;
  object["results_replayed"] = health.results_replayed;
  object["gaps"] = health.gaps;
  object["rejected"] = health.rejected;
  object["history_written"] = health.history_written;
  object["history_dropped"] = health.history_dropped;
  object["history_waiting"] = health.history_waiting;
  object["schedule_missed"] = health.schedule_missed;
  object["notify_waiting"] = health.notify_waiting;
  object["notify_lost"] = health.notify_lost;
  object["asks"] = health.asks;
  object["asker"] = health.asker;
  object["standing_by"] = words(health.standing_by);
  object["collectors_gone"] = words(health.collectors_gone);
  return object;
}

json::object to_json(const ShownAcknowledgement& acknowledgement)
{
  json::object object;
  object["caller"] = acknowledgement.caller;
  object["comment"] = acknowledgement.comment;
  object["set"] = to_json(acknowledgement.set);
  put_if_true(object, "sticky", acknowledgement.sticky);
  put_if_set(object, "expires", acknowledgement.expires);
  return object;
}

json::object to_json(const ShownDowntime& downtime)
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
  object["nodes"] = words(downtime.nodes);
  object["filter"] = downtime.filter;
  if (!downtime.select.empty()) {
    object["select"] = to_json(downtime.select);
  }
  object["checks"] = words(downtime.checks);
  object["started"] = downtime.started;
  return object;
}

json::object to_json(const ShownNode& node)
{
  json::object object;
  object["name"] = node.name;
  object["status"] = node.status;
  object["since"] = to_json(node.since);
  object["version"] = node.version;
  object["health"] = words(node.health);
  object["services"] = by_state(node.counts);
  put_if_set(object, "acknowledgement", node.acknowledgement);
  put_if_set(object, "downtime", node.downtime);
  put_if_true(object, "unreachable", node.unreachable);
  return object;
}

json::object to_json(const StoredEvent& event)
{
  json::object object;
  object["id"] = event.id;
  object["time"] = to_json(event.time);
  object["kind"] = event.kind;
  object["node"] = event.node;
  object["check"] = event.service;
  if (event.before) {
    object["before"] = to_string(*event.before);
  }
  if (event.after) {
    object["after"] = to_string(*event.after);
  }
  put_if_true(object, "replayed", event.replayed);
  put_if_true(object, "hard", event.hard);
  if (!event.silence.empty()) {
    object["silence"] = event.silence;
  }
  if (!event.nodes.empty()) {
    object["nodes"] = words(event.nodes);
  }
  object["message"] = event.message;
  return object;
}

json::object to_json(const PresencePart& part)
{
  json::object object;
  object["from"] = to_json(part.from);
  object["until"] = to_json(part.until);
  if (!part.status.empty()) {
    object["status"] = part.status;
  }
  return object;
}

json::object to_json(const StripPart& part)
{
  json::object object;
  object["from"] = to_json(part.from);
  object["until"] = to_json(part.until);
  if (part.state) {
    object["state"] = to_string(*part.state);
  }
  return object;
}

json::object to_json(const ShownSchedule& schedule)
{
  json::object object;
  object["name"] = schedule.name;
  object["what"] = schedule.what;
  object["every"] = schedule.every.count();
  if (!schedule.period.empty()) {
    object["period"] = schedule.period;
  }
  object["next"] = to_json(schedule.next);
  put_if_set(object, "last", schedule.last);
  put_if_true(object, "running", schedule.running);
  object["missed"] = schedule.missed;
  return object;
}

json::object to_json(const ShownValues& values)
{
  json::array list;
  list.reserve(values.series.size());
  for (const auto& series : values.series) {
    json::array numbers;
    numbers.reserve(series.values.size());
    for (const auto& value : series.values) {
      numbers.push_back(value && std::isfinite(*value) ? json::value(*value) : json::value());
    }
    list.push_back({{"label", series.label}, {"unit", series.unit}, {"values", std::move(numbers)}});
  }
  json::object object;
  object["start"] = to_json(values.first);
  object["step"] = values.step.count();
  object["series"] = std::move(list);
  return object;
}

json::object listed(const ShownService& service)
{
  auto object = common(service);
  object["summary"] = truncate_utf8(service.summary, most_listed_summary, "…");
  return object;
}

json::object in_full(const ShownService& service)
{
  auto object = common(service);
  object["summary"] = service.summary;
  object["details"] = service.details;
  object["perfdata"] = service.perfdata;
  return object;
}

}  // namespace muster::collector
