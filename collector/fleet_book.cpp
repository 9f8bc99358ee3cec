// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_book.hpp"

#include <utility>

#include <fmt/format.h>

#include "collector/state_codec.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

using fleet::ResultStream;

namespace {

constexpr std::string_view downtime_kind = "downtime";
constexpr std::string_view acknowledgement_kind = "acknowledgement";
constexpr std::string_view held_kind = "held";
// What nodes may share as a cause of being lost together, if they announce it.
constexpr std::array site_facts{"site", "location", "datacenter", "rack"};

std::string text_of(Cursor cursor)
{
  return fmt::format("{}.{}", cursor.epoch, cursor.seq);
}

Sighting::Says said_by(protocol::NodeState state)
{
  switch (state) {
  case protocol::NodeState::up:
    return Sighting::Says::up;
  case protocol::NodeState::stopped:
    return Sighting::Says::stopped;
  case protocol::NodeState::gone:
    break;
  }
  return Sighting::Says::gone;
}

Time in_ms(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

// Schedules of a collector ask in its own name; every other origin is a caller's.
bool is_of_a_schedule(const std::string& origin)
{
  return origin.find('@') == std::string::npos || origin.starts_with("collector@");
}

std::string silence_of(const Silence& silence)
{
  std::string words;
  const auto add = [&words](bool is, std::string_view word) {
    words.append(is && !words.empty() ? " " : "").append(is ? word : std::string_view{});
  };
  add(silence.flapping, "flapping");
  add(silence.downtime, "downtime");
  add(silence.acknowledged, "acknowledged");
  add(silence.unreachable, "unreachable");
  return words;
}

StoredEvent stored(const Event& event)
{
  StoredEvent row;
  row.time = event.time;
  row.kind = to_string(event.kind);
  row.node = event.node;
  row.service = event.check;
  row.before = event.from;
  row.after = event.to;
  row.replayed = event.replayed;
  row.message = event.message;
  row.hard = event.hard;
  row.attempt = event.attempt;
  row.silence = silence_of(event.silence);
  row.nodes = event.nodes;
  return row;
}

MassLoss::Attributes attributes_of(const protocol::Presence& presence)
{
  MassLoss::Attributes attributes;
  for (const auto* name : site_facts) {
    const auto* fact = presence.facts.find(name);
    if (fact != nullptr && is_scalar(*fact)) {
      attributes.emplace(name, scalar_text(*fact));
    }
  }
  return attributes;
}

Observation observation_of(const CheckResult& result, bool replayed, Time now)
{
  Observation observation;
  observation.state = result.state;
  observation.summary = result.summary;
  observation.finished = in_ms(result.finished);
  observation.origin =
      is_of_a_schedule(result.origin) ? Observation::Origin::schedule : Observation::Origin::caller;
  observation.replayed = replayed;
  observation.taken = now;
  return observation;
}

}  // namespace

void FleetBook::restore(StoredFleet stored, Time now)
{
  for (const auto& node : stored.nodes) {
    nodes_[node.name].stored = node;
    if (const auto state = parse_node_state_text(node.machine); state) {
      state_.restore(node.name, *state);
    } else {
      damaged_ += node.machine.empty() ? 0U : 1U;
      state_.restore(node.name, NodeState{});
    }
  }
  for (auto& service : stored.services) {
    restore(std::move(service));
  }
  std::vector<MassLoss::Held> held;
  for (const auto& care : stored.care) {
    restore(care, held);
  }
  state_.restore_held(std::move(held), now);
}

void FleetBook::restore(StoredService service)
{
  ServiceKey key{service.node, service.last.check};
  if (const auto state = parse_service_state(service.machine); state) {
    state_.restore(key.first, key.second, *state);
  } else {
    damaged_ += service.machine.empty() ? 0U : 1U;
    static_cast<void>(state_.take_result(
        key.first, key.second, observation_of(service.last, true, in_ms(service.last.finished))));
  }
  services_.emplace(std::move(key), std::move(service));
}

void FleetBook::restore(const StoredCare& care, std::vector<MassLoss::Held>& held)
{
  if (care.kind == downtime_kind) {
    auto downtime = parse_downtime(care.text);
    const auto matches =
        downtime ? nodes_matching(*this, downtime->filter) : tl::unexpected{downtime.error()};
    if (matches) {
      downtime->matches = *matches;
      state_.restore(std::move(*downtime));
      return;
    }
  } else if (care.kind == acknowledgement_kind) {
    if (auto acknowledgement = parse_acknowledgement(care.text)) {
      state_.restore(std::move(*acknowledgement));
      return;
    }
  } else if (auto one = parse_held(care.text)) {
    held.push_back(std::move(*one));
    return;
  }
  ++damaged_;
}

FleetBook::Node& FleetBook::node_named(const std::string& name)
{
  new_nodes_.insert(name);
  auto& node = nodes_[name];
  node.stored.name = name;
  return node;
}

void FleetBook::take(const ResultStream::Output& output, Time now)
{
  if (const auto* taken = std::get_if<ResultStream::Taken>(&output)) {
    take_result(*taken, now);
  } else {
    take_gap(std::get<ResultStream::Gap>(output), now);
  }
}

// A live result tells how far the node's clock is ahead; what is fetched later is corrected by the same.
void FleetBook::correct_clock(
    Node& node, const ResultStream::Taken& taken, CheckResult& result, Time now) const
{
  if (!taken.replayed) {
    node.clock_ahead = taken.message.now - now;
  }
  if (std::chrono::abs(node.clock_ahead) > clock_tolerance) {
    result.started -= node.clock_ahead;
    result.finished -= node.clock_ahead;
  }
}

void FleetBook::take_result(const ResultStream::Taken& taken, Time now)
{
  const auto& name = taken.message.node;
  auto& node = node_named(name);
  node.stored.cursor = taken.message.cursor();
  const ServiceKey key{name, taken.message.result.check};
  auto& service = services_[key];
  auto result = taken.message.result;
  correct_clock(node, taken, result, now);
  if (service.results == 0) {
    note_new(name, result);
  }
  keep(state_.take_result(name, result.check, observation_of(result, taken.replayed, now)));
  measure(name, result);
  service.node = name;
  service.last = std::move(result);
  ++service.results;
  new_services_.insert(key);
}

// What was before the first result is not known, which strips of states must show.
void FleetBook::note_new(const std::string& node, const CheckResult& result)
{
  StoredEvent event;
  event.time = in_ms(result.finished);
  event.kind = "check_new";
  event.node = node;
  event.service = result.check;
  event.after = result.state;
  event.message = "its first result";
  new_events_.push_back(std::move(event));
}

void FleetBook::measure(const std::string& node, const CheckResult& result)
{
  Measurement measurement;
  measurement.node = node;
  measurement.check = result.check;
  measurement.time = std::chrono::floor<std::chrono::seconds>(result.finished);
  measurement.interval = std::chrono::ceil<std::chrono::seconds>(rules_of(result.check).interval);
  measurement.perfdata = parse_perfdata(result.perfdata);
  if (!measurement.perfdata.values.empty()) {
    measurements_.push_back(std::move(measurement));
  }
}

void FleetBook::take_gap(const ResultStream::Gap& gap, Time now)
{
  node_named(gap.node).stored.cursor = gap.until;
  StoredEvent event;
  event.time = now;
  event.kind = "gap";
  event.node = gap.node;
  event.message = fmt::format(
      "results are missing between {} and {} of this node's history, and it does not have them any more",
      text_of(gap.after),
      text_of(gap.until));
  new_events_.push_back(std::move(event));
}

void FleetBook::take(const protocol::Presence& presence, std::chrono::seconds age, Time now)
{
  Sighting sighting;
  sighting.says = said_by(presence.state);
  sighting.published = now - age;
  sighting.now = now;
  keep(state_.take_sighting(presence.name, sighting, attributes_of(presence)));
  auto& node = nodes_[presence.name];
  node.stored.name = presence.name;
  node.presence = presence;
}

void FleetBook::take_time(Time now)
{
  keep(state_.take_time(now));
}

void FleetBook::move_cursor(const std::string& node, Cursor cursor)
{
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || found->second.stored.cursor < cursor) {
    node_named(node).stored.cursor = cursor;
  }
}

void FleetBook::forget(const std::string& node)
{
  state_.forget(node);
  nodes_.erase(node);
  new_nodes_.erase(node);
  std::erase_if(services_, [&](const auto& entry) { return entry.first.first == node; });
  std::erase_if(new_services_, [&](const auto& key) { return key.first == node; });
}

Expected<void> FleetBook::add_downtime(Downtime downtime, Time now)
{
  auto matches = nodes_matching(*this, downtime.filter);
  if (!matches) {
    return tl::unexpected{matches.error()};
  }
  downtime.matches = std::move(*matches);
  return keep(state_.add_downtime(std::move(downtime), now));
}

Expected<void> FleetBook::remove_downtime(const std::string& id, const std::string& caller, Time now)
{
  return keep(state_.remove_downtime(id, caller, now));
}

Expected<void> FleetBook::acknowledge(Acknowledgement acknowledgement)
{
  return keep(state_.acknowledge(std::move(acknowledgement)));
}

Expected<void> FleetBook::unacknowledge(
    const std::string& node, const std::string& check, const std::string& caller, Time now)
{
  return keep(state_.unacknowledge(node, check, caller, now));
}

Expected<void> FleetBook::keep(Expected<std::vector<Event>> events)
{
  if (!events) {
    return tl::unexpected{events.error()};
  }
  keep(*events);
  return {};
}

void FleetBook::keep(const std::vector<Event>& events)
{
  for (const auto& event : events) {
    new_events_.push_back(stored(event));
  }
}

std::vector<StoredCare> FleetBook::all_care() const
{
  std::vector<StoredCare> care;
  for (const auto& [id, downtime] : state_.downtimes().all()) {
    care.push_back({std::string{downtime_kind}, id, encode(downtime)});
  }
  for (const auto& [key, acknowledgement] : state_.acknowledgements().all()) {
    care.push_back(
        {std::string{acknowledgement_kind}, key.first + " " + key.second, encode(acknowledgement)});
  }
  for (const auto& held : state_.mass_loss().held()) {
    care.push_back({std::string{held_kind}, std::to_string(care.size()), encode(held)});
  }
  return care;
}

Batch FleetBook::take_news()
{
  Batch batch;
  new_nodes_.merge(state_.take_changed_nodes());
  new_services_.merge(state_.take_changed_services());
  batch.nodes.reserve(new_nodes_.size());
  batch.services.reserve(new_services_.size());
  for (const auto& name : new_nodes_) {
    auto& stored = nodes_.at(name).stored;
    const auto known = state_.nodes().find(name);
    const auto state = known == state_.nodes().end() ? NodeState{} : known->second.state;
    stored.state = to_string(state.status);
    stored.since = state.since;
    stored.machine = encode(state);
    batch.nodes.push_back(stored);
  }
  for (const auto& key : new_services_) {
    auto service = services_.at(key);
    service.machine = encode(*state_.service(key.first, key.second));
    batch.services.push_back(std::move(service));
  }
  new_nodes_.clear();
  new_services_.clear();
  batch.events = std::exchange(new_events_, {});
  if (state_.take_care_changed()) {
    batch.care = all_care();
  }
  return batch;
}

Expected<std::function<bool(const std::string&)>> nodes_matching(
    const FleetBook& book, const std::string& filter)
{
  Filter terms;
  if (auto read = add_combined(terms, filter); !read) {
    return tl::unexpected{read.error()};
  }
  auto compiled = CompiledFilter::compile(terms);
  if (!compiled) {
    return tl::unexpected{compiled.error()};
  }
  return [&book, compiled = std::move(*compiled), empty = filter.empty()](const std::string& name) {
    const auto node = book.nodes().find(name);
    if (empty || node == book.nodes().end()) {
      return false;
    }
    const auto& presence = node->second.presence;
    return compiled.matches({name, presence.facts, presence.classes, presence.agents});
  };
}

}  // namespace muster::collector
