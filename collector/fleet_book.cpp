// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_book.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "collector/node_filter.hpp"
#include "collector/state/observation.hpp"
#include "collector/state/state_codec.hpp"
#include "libmuster/model/facts.hpp"
#include "libmuster/model/filter.hpp"

namespace muster::collector {

using fleet::ResultStream;

namespace {

constexpr std::string_view held_kind = "held";
constexpr std::string_view held_refusal_kind = "held_refusal";
constexpr std::string_view turn_kind = "turn";
constexpr std::string_view forgotten_kind = "forgotten_check";

std::string text_of(Cursor cursor)
{
  return fmt::format("{}.{}", cursor.epoch, cursor.seq);
}

Time in_ms(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<std::chrono::milliseconds>(time);
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

// Hands on what was read; false if it could not be.
template <typename T, typename Take>
bool given(Expected<T> read, Take take)
{
  if (read) {
    take(std::move(*read));
  }
  return read.has_value();
}

}  // namespace

void FleetBook::restore(StoredFleet stored, Time now)
{
  for (const auto& node : stored.nodes) {
    auto& kept = nodes_[node.name].stored;
    kept = node;
    auto known = parse_known_node(node.machine);
    if (!known) {
      damaged_ += node.machine.empty() ? 0U : 1U;
      kept.machine.clear();
    }
    state_.restore(node.name, known ? std::move(*known) : KnownNode{});
  }
  for (auto& service : stored.services) {
    restore(std::move(service), now);
  }
  for (const auto& care : stored.care) {
    restore(care, now);
  }
}

// A state that cannot be read begins anew with the last result, which nobody is told of again.
void FleetBook::restore(StoredService service, Time now)
{
  ServiceKey key{service.node, service.last.check};
  if (auto known = parse_known_service(service.machine)) {
    state_.restore(key.first, key.second, *known);
  } else {
    damaged_ += service.machine.empty() ? 0U : 1U;
    static_cast<void>(state_.take_result(key.first, key.second, observation_of(service.last, now, true)));
  }
  const auto [node, check] = key;
  services_.emplace(std::move(key), std::move(service));
  if (const auto schedule = refused_schedule(check)) {
    restore_refusal(std::string{*schedule}, node, now);
  }
}

void FleetBook::restore(const StoredCare& care, Time now)
{
  if (care.kind == turn_kind) {
    restore_turn(care);
    return;
  }
  bool readable = false;
  if (UntoldCare::is_kind(care.kind)) {
    readable = untold_.restore(care);
  } else if (care.kind == forgotten_kind) {
    readable = restore_forgotten(care.text);
  } else if (care.kind == downtime_kind) {
    readable = restore_downtime(care.text);
  } else if (care.kind == acknowledgement_kind) {
    readable = given(parse_acknowledgement(care.text), [this](auto one) { state_.restore(std::move(one)); });
  } else if (care.kind == held_refusal_kind) {
    readable = given(parse_refusal(care.text), [this, now](auto held) {
      write_down(mass_refusal_.take(std::move(held), now));
    });
  } else {
    readable = given(parse_held(care.text), [this, now](auto held) { state_.restore(std::move(held), now); });
  }
  damaged_ += readable ? 0U : 1U;
}

bool FleetBook::restore_downtime(const std::string& text)
{
  auto downtime = parse_downtime(text);
  auto matches = downtime ? nodes_meant(*this, *downtime) : tl::make_unexpected(downtime.error());
  if (!matches) {
    return false;
  }
  downtime->matches = std::move(*matches);
  state_.restore(std::move(*downtime));
  return true;
}

const protocol::Presence* FleetBook::presence_of(const std::string& node) const
{
  const auto found = nodes_.find(node);
  const bool told = found != nodes_.end() && !found->second.presence.name.empty();
  return told ? &found->second.presence : nullptr;
}

FleetBook::Node& FleetBook::node_named(const std::string& name)
{
  new_nodes_.insert(name);
  const auto [entry, is_new] = nodes_.try_emplace(name);
  if (is_new) {
    entry->second.stored.name = name;
  }
  return entry->second;
}

void FleetBook::take(ResultStream::Output output, Time now)
{
  if (auto* taken = std::get_if<ResultStream::Taken>(&output)) {
    take_result(std::move(*taken), now);
  } else {
    take_gap(std::get<ResultStream::Gap>(output), now);
  }
}

// A live result tells how far the node's clock is ahead; what is fetched later is corrected by the same.
void FleetBook::correct_clock(Node& node, ResultStream::Taken& taken, Time now)
{
  if (!taken.replayed) {
    node.clock_ahead = taken.message.now - now;
  }
  collector::correct_clock(taken.message.result, node.clock_ahead);
}

void FleetBook::take_result(ResultStream::Taken taken, Time now)
{
  const auto& name = taken.message.node;
  auto& result = taken.message.result;
  auto& node = node_named(name);
  node.stored.cursor = taken.message.cursor();
  ServiceKey key{name, result.check};
  if (stays_forgotten(key, taken.replayed)) {
    return;
  }
  auto& service = services_[key];
  correct_clock(node, taken, now);
  if (service.results == 0) {
    service.node = name;
    note_new(name, result);
  }
  keep(state_.take_result(name, result.check, observation_of(result, now, taken.replayed)), now);
  if (!taken.replayed) {
    note_answer(name, result, now);
  }
  measure(name, result);
  service.last = std::move(result);
  ++service.results;
  new_services_.insert(std::move(key));
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
  auto perfdata = parse_perfdata(result.perfdata);
  if (perfdata.values.empty()) {
    return;
  }
  const auto* known = state_.find(node, result.check);
  const auto interval = known == nullptr ? std::chrono::milliseconds{0} : known->rules.interval;
  measurements_.push_back(
      {node,
       result.check,
       std::chrono::floor<std::chrono::seconds>(result.finished),
       std::chrono::ceil<std::chrono::seconds>(interval),
       std::move(perfdata)});
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
  keep(
      state_.take_sighting(presence.name, sighting_of(presence, now - age, now), attributes_of(presence)),
      now);
  auto& node = nodes_[presence.name];
  node.stored.name = presence.name;
  node.presence = presence;
  find_schedules_meaning(presence, now);
}

void FleetBook::take_time(Time now)
{
  keep(state_.take_time(now), now);
  auto refusals = mass_refusal_.take_time(now);
  care_changed_ |= !refusals.empty();
  write_down(refusals);
}

void FleetBook::move_cursor(const std::string& node, Cursor cursor)
{
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || found->second.stored.cursor < cursor) {
    node_named(node).stored.cursor = cursor;
  }
}

void FleetBook::forget(const std::string& node, Time now)
{
  if (auto events = state_.forget(node, "an operator", now)) {
    keep(*events, now);
  }
  refusals_.forget(node);
  mass_refusal_.forget(node);
  nodes_.erase(node);
  new_nodes_.erase(node);
  std::erase_if(services_, [&](const auto& entry) { return entry.first.first == node; });
  std::erase_if(new_services_, [&](const auto& key) { return key.first == node; });
  std::erase_if(to_remove_, [&](const auto& key) { return key.first == node; });
  const auto checks = std::erase_if(forgotten_, [&](const auto& key) { return key.first == node; });
  care_changed_ |= checks > 0;
}

Expected<void> FleetBook::keep(Expected<std::vector<Event>> events, Time now)
{
  if (!events) {
    return tl::unexpected{events.error()};
  }
  keep(*events, now);
  return {};
}

void FleetBook::keep(const std::vector<Event>& events, Time now)
{
  for (const auto& event : events) {
    const auto passed = mass_refusal_.take(event, now);
    care_changed_ |= passed.empty();
    write_down(passed);
  }
}

void FleetBook::write_down(const std::vector<Event>& events)
{
  for (const auto& event : events) {
    new_events_.push_back(stored(event));
  }
}

std::vector<StoredCare> FleetBook::all_care() const
{
  std::vector<StoredCare> care;
  for (const auto& [id, downtime] : state_.downtimes().all()) {
    care.push_back({downtime_kind, id, encode(downtime)});
  }
  for (const auto& [key, acknowledgement] : state_.acknowledgements().all()) {
    care.push_back({acknowledgement_kind, key.first + " " + key.second, encode(acknowledgement)});
  }
  for (const auto& held : state_.held()) {
    care.push_back({std::string{held_kind}, std::to_string(care.size()), encode(held)});
  }
  for (const auto& [schedule, turn] : turns_) {
    care.push_back({std::string{turn_kind}, schedule, std::to_string(turn.time_since_epoch().count())});
  }
  for (const auto& [node, check] : forgotten_) {
    auto text = node;
    text.append(" ").append(check);
    care.push_back({std::string{forgotten_kind}, text, text});
  }
  for (const auto& held : mass_refusal_.held()) {
    care.push_back({std::string{held_refusal_kind}, std::to_string(care.size()), encode_refusal(held)});
  }
  auto untold = untold_.stored();
  std::move(untold.begin(), untold.end(), std::back_inserter(care));
  return care;
}

Batch FleetBook::take_news()
{
  Batch batch;
  auto changed = state_.take_changed();
  const std::set<std::string> changed_nodes{changed.nodes.begin(), changed.nodes.end()};
  new_nodes_.insert(changed.nodes.begin(), changed.nodes.end());
  for (auto& service : changed.services) {
    new_services_.emplace(std::move(service.node), std::move(service.check));
  }
  batch.nodes.reserve(new_nodes_.size());
  batch.services.reserve(new_services_.size());
  for (const auto& name : new_nodes_) {
    batch.nodes.push_back(to_store(name, changed_nodes.contains(name)));
  }
  for (const auto& key : new_services_) {
    if (const auto service = services_.find(key); service != services_.end()) {
      batch.services.push_back(service->second);
      const auto* known = state_.find(key.first, key.second);
      batch.services.back().machine = known == nullptr ? std::string{} : encode(known->known);
    }
  }
  new_nodes_.clear();
  new_services_.clear();
  batch.removed.assign(to_remove_.begin(), to_remove_.end());
  to_remove_.clear();
  batch.events = std::exchange(new_events_, {});
  const bool more = std::exchange(care_changed_, false);
  if (changed.downtimes || changed.acknowledgements || changed.held || more) {
    batch.care = all_care();
  }
  return batch;
}

// Most nodes are stored because of their place in their history, which moves with each result.
StoredNode FleetBook::to_store(const std::string& name, bool state_changed)
{
  auto& node = nodes_[name].stored;
  node.name = name;
  const auto* known = state_.find(name);
  if (known != nullptr && (state_changed || node.machine.empty())) {
    node.state = to_string(known->known.state.status);
    node.since = known->known.state.since;
    node.machine = encode(known->known);
  }
  return node;
}

Expected<std::function<bool(const std::string&)>> nodes_meant(const FleetBook& book, const Downtime& downtime)
{
  auto filter = downtime.select;
  if (auto read = add_combined(filter, downtime.filter); !read) {
    return tl::unexpected{read.error()};
  }
  if (filter.empty()) {
    return std::function<bool(const std::string&)>{};
  }
  auto matching = NodeFilter::make(book, filter);
  if (!matching) {
    return tl::unexpected{matching.error()};
  }
  return [matching = std::move(*matching)](const std::string& name) { return matching.matches(name); };
}

}  // namespace muster::collector
