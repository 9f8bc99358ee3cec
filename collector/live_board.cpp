// SPDX-License-Identifier: Apache-2.0
#include "collector/live_board.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "collector/board/absence.hpp"
#include "collector/board/presence.hpp"
#include "collector/board/state_strip.hpp"
#include "collector/node_filter.hpp"
#include "collector/shown_values.hpp"
#include "collector/wall_clock.hpp"

namespace muster::collector {

namespace {

ShownAcknowledgement shown(const Acknowledgement& from)
{
  return {from.caller, from.comment, from.set, from.sticky, from.expires};
}

ShownDowntime shown(const Downtime& from)
{
  return {
      from.id,
      from.caller,
      from.comment,
      from.start,
      from.end,
      from.duration,
      from.nodes,
      from.filter,
      from.select,
      from.checks,
      from.started};
}

template <typename Shown>
void add_care(
    Shown& shown_one, const StateEngine& state, const std::string& node, const std::string& check, Time now)
{
  if (const auto* acknowledgement = state.acknowledgements().of(node, check)) {
    shown_one.acknowledgement = shown(*acknowledgement);
  }
  if (const auto* downtime = state.downtimes().covering(node, check, now)) {
    shown_one.downtime = shown(*downtime);
  }
}

// The worst first, then the newest, then by name.
bool comes_before(const ShownService& left, const ShownService& right)
{
  const auto place = [](const ShownService& service) {
    return std::tuple{
        !service.needs_somebody(), -severity(service.state), -service.since.time_since_epoch().count()};
  };
  return std::tuple{place(left), left.node, left.check} < std::tuple{place(right), right.node, right.check};
}

std::size_t index_of(CheckState state)
{
  return static_cast<std::size_t>(state);
}

PresenceNow presence_now(const NodeState& node)
{
  const auto is_seen = node.status != NodeStatus::unseen;
  return {is_seen ? std::string{to_string(node.status)} : std::string{}, node.since};
}

PictureQuery picture_query(const GraphQuery& query)
{
  PictureQuery picture;
  switch (query.kind) {
  case GraphQuery::Kind::values:
    break;
  case GraphQuery::Kind::fleet_band:
    picture.kind = PictureQuery::Kind::fleet_band;
    break;
  case GraphQuery::Kind::fleet_values:
    picture.kind = PictureQuery::Kind::fleet_values;
    break;
  case GraphQuery::Kind::fleet_states:
    picture.kind = PictureQuery::Kind::fleet_states;
    break;
  }
  picture.node = query.node;
  picture.check = query.check;
  picture.label = query.label;
  picture.to = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  picture.from = picture.to - query.span;
  picture.width = query.width;
  picture.height = query.height;
  picture.dark = query.dark;
  picture.svg = query.format == GraphQuery::Format::svg;
  return picture;
}

std::string joined(const std::vector<std::string>& words)
{
  std::string text;
  for (const auto& word : words) {
    text.append(text.empty() ? "" : " ").append(word);
  }
  return text;
}

}  // namespace

LiveBoard::LiveBoard(
    std::string name,
    Intake& intake,
    Store& store,
    HistoryWorker& history,
    ScheduleRunner& schedules,
    const LeaseRunner& lease,
    CareTeller& teller)
    : name_{std::move(name)},
      intake_{intake},
      store_{store},
      history_{history},
      schedules_{schedules},
      lease_{lease},
      teller_{teller},
      started_{wall_clock_now()}
{}

FleetCounts LiveBoard::counts() const
{
  const auto counted = intake_.book().state().counts(wall_clock_now());
  const auto nodes = [&](NodeStatus status) { return counted.nodes.at(static_cast<std::size_t>(status)); };
  FleetCounts counts;
  counts.up = nodes(NodeStatus::up);
  counts.stopped = nodes(NodeStatus::stopped);
  counts.gone = nodes(NodeStatus::gone) + nodes(NodeStatus::vanished);
  counts.unseen = nodes(NodeStatus::unseen);
  std::copy(counted.services.begin(), counted.services.end(), counts.services.begin());
  std::copy(counted.need_somebody.begin(), counted.need_somebody.end(), counts.need_somebody.begin());
  counts.nodes_need_somebody = counted.nodes_need_somebody;
  if (const auto& own = own_check_.state(); own && own->state != CheckState::ok) {
    ++counts.services.at(index_of(own->state));
    ++counts.need_somebody.at(index_of(own->state));
  }
  return counts;
}

ShownService LiveBoard::shown(const StoredService& stored, const ServiceState& state, Time now) const
{
  ShownService service;
  service.node = stored.node;
  service.check = stored.last.check;
  service.state = state.state;
  service.since = state.since;
  service.hard = state.hard;
  service.attempt = state.attempt;
  service.flapping = state.flapping.active;
  service.stale = state.stale;
  service.last_result = state.last_result;
  service.run_time =
      std::chrono::duration_cast<std::chrono::milliseconds>(stored.last.finished - stored.last.started);
  service.summary = stored.last.summary;
  service.details = stored.last.details;
  service.perfdata = stored.last.perfdata;
  if (state.state != CheckState::ok) {
    const auto& fleet = intake_.book().state();
    service.unreachable = fleet.broken_parent({stored.node, stored.last.check}).has_value();
    add_care(service, fleet, stored.node, stored.last.check, now);
  }
  if (state.stale) {
    service.summary = "no result since it said: " + service.summary;
  }
  return service;
}

Expected<ShownServices> LiveBoard::services(const ServiceQuery& query) const
{
  const auto& book = intake_.book();
  const auto filter = NodeFilter::make(book, query.filter);
  if (!filter) {
    return tl::unexpected{filter.error()};
  }
  ShownServices list;
  const auto now = wall_clock_now();
  for (const auto& [name, node] : book.state().nodes()) {
    if ((!query.all && !node.has_problems()) || (!query.node.empty() && query.node != name) ||
        !filter->matches(name)) {
      continue;
    }
    for (const auto& [check, entry] : node.services) {
      const auto& state = entry.known.state;
      const bool wanted =
          (query.check.empty() || query.check == check) && (query.all || state.state != CheckState::ok);
      const auto stored = wanted ? book.services().find({name, check}) : book.services().end();
      if (stored != book.services().end()) {
        list.services.push_back(shown(stored->second, state, now));
      }
    }
  }
  if (auto own = itself(query)) {
    list.services.push_back(std::move(*own));
  }
  std::sort(list.services.begin(), list.services.end(), comes_before);
  if (list.services.size() > query.most) {
    list.left_out = list.services.size() - query.most;
    list.services.resize(query.most);
  }
  return list;
}

ShownNode LiveBoard::shown(
    const std::string& name, const StateEngine::Node& node, const FleetBook::Node* told, Time now) const
{
  ShownNode one;
  one.name = name;
  one.status = to_string(node.known.state.status);
  one.since = node.known.state.since;
  if (told != nullptr) {
    one.version = told->presence.version;
    one.health = told->presence.health;
  }
  std::copy(node.checks.begin(), node.checks.end(), one.counts.begin());
  const auto& fleet = intake_.book().state();
  add_care(one, fleet, name, {}, now);
  one.unreachable = one.is_absent() && fleet.broken_parent({name, {}}).has_value();
  return one;
}

Expected<std::vector<ShownNode>> LiveBoard::nodes(const Filter& filter) const
{
  const auto& book = intake_.book();
  const auto compiled = NodeFilter::make(book, filter);
  if (!compiled) {
    return tl::unexpected{compiled.error()};
  }
  std::vector<ShownNode> nodes;
  const auto now = wall_clock_now();
  // Both are in the order of their names.
  auto told = book.nodes().begin();
  for (const auto& [name, node] : book.state().nodes()) {
    while (told != book.nodes().end() && told->first < name) {
      ++told;
    }
    if (compiled->matches(name)) {
      const bool is_known = told != book.nodes().end() && told->first == name;
      nodes.push_back(shown(name, node, is_known ? &told->second : nullptr, now));
    }
  }
  return nodes;
}

std::vector<ShownDowntime> LiveBoard::downtimes() const
{
  std::vector<ShownDowntime> list;
  const auto& all = intake_.book().state().downtimes().all();
  list.reserve(all.size());
  for (const auto& [id, downtime] : all) {
    list.push_back(collector::shown(downtime));
  }
  std::sort(list.begin(), list.end(), [](const ShownDowntime& left, const ShownDowntime& right) {
    return std::tuple{left.start, left.id} < std::tuple{right.start, right.id};
  });
  return list;
}

std::map<std::string, std::array<std::uint64_t, 4>> LiveBoard::check_counts() const
{
  std::map<std::string, std::array<std::uint64_t, 4>> counts;
  for (const auto& [name, node] : intake_.book().state().nodes()) {
    // Most nodes have the checks of the one before.
    auto place = counts.begin();
    for (const auto& [check, service] : node.services) {
      place = counts.try_emplace(place, check);
      ++place->second.at(index_of(service.known.state.state));
      ++place;
    }
  }
  return counts;
}

Expected<std::vector<StoredEvent>> LiveBoard::events(
    const std::string& node, const std::string& check, std::size_t most)
{
  return store_.events(
      node, check, static_cast<std::int64_t>(std::min<std::size_t>(most, Store::most_events)));
}

Expected<std::vector<StripPart>> LiveBoard::strip(
    const std::string& node, const std::string& check, Time from, Time until)
{
  const auto* service = intake_.book().state().find(node, check);
  const auto& own = own_check_.state();
  const bool is_own = own && node == name_ && check == own_check_name;
  if (service == nullptr && !is_own) {
    return failure(ErrorCode::not_found, "nothing is known of " + check + " of " + node);
  }
  const auto events = store_.state_events(node, check, from);
  if (!events) {
    return tl::unexpected{events.error()};
  }
  if (is_own) {
    return strip_of(*events, own->state, from, until);
  }
  const auto of_node = store_.presence_events(node, from);
  if (!of_node) {
    return tl::unexpected{of_node.error()};
  }
  const auto now = presence_now(intake_.book().state().find(node)->known.state);
  const auto state = service->known.before_absence.value_or(service->known.state.state);
  return without_absences(
      strip_of(*events, state, from, until), absences_of(presences_of(*of_node, now, from, until)), *events);
}

Expected<std::vector<PresencePart>> LiveBoard::presence_strip(const std::string& node, Time from, Time until)
{
  const auto* known = intake_.book().state().find(node);
  if (known == nullptr) {
    return failure(ErrorCode::not_found, "nothing is known of a node " + node);
  }
  const auto events = store_.presence_events(node, from);
  if (!events) {
    return tl::unexpected{events.error()};
  }
  return presence_strip_of(*events, presence_now(known->known.state), from, until);
}

void LiveBoard::draw(const GraphQuery& query, std::function<void(Expected<std::string>)> done)
{
  history_.draw(picture_query(query), std::move(done));
}

void LiveBoard::read(const ValuesQuery& query, std::function<void(Expected<ShownValues>)> done)
{
  const auto* const of_fleet = query.label.empty() ? fleet_node : fleet_values_node;
  const auto label = query.node.empty() ? query.label : std::string{};
  history_.read(
      query.node.empty() ? of_fleet : query.node,
      query.check,
      query.span,
      query.points,
      [done = std::move(done), label](Expected<HistoryWorker::Values> values) {
        done(values ? shown_values(*values, label) : tl::unexpected{values.error()});
      });
}

std::vector<ShownSchedule> LiveBoard::schedules() const
{
  std::vector<ShownSchedule> list;
  for (const auto& entry : schedules_.list()) {
    ShownSchedule one;
    one.name = entry.entry.name;
    one.what = entry.entry.checks.empty() ? "all" : joined(entry.entry.checks);
    one.every = entry.entry.every;
    one.period = entry.entry.period;
    one.next = entry.next;
    one.last = entry.last;
    one.running = entry.running;
    one.missed = entry.missed;
    list.push_back(std::move(one));
  }
  return list;
}

Expected<void> LiveBoard::run_schedule(const std::string& name)
{
  return schedules_.run_now(name);
}

void LiveBoard::on_change(std::function<void(const StoredEvent&)> listener)
{
  listeners_.push_back(std::move(listener));
}

void LiveBoard::happened(const std::vector<StoredEvent>& events)
{
  for (const auto& event : events) {
    for (const auto& listener : listeners_) {
      listener(event);
    }
  }
}

}  // namespace muster::collector
