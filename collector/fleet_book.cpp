// SPDX-License-Identifier: Apache-2.0
#include "collector/fleet_book.hpp"

#include <utility>

#include <fmt/format.h>

namespace muster::collector {

using fleet::ResultStream;
using protocol::NodeState;

namespace {

std::string text_of(Cursor cursor)
{
  return fmt::format("{}.{}", cursor.epoch, cursor.seq);
}

std::string word_of(NodeState state)
{
  switch (state) {
  case NodeState::up:
    return "up";
  case NodeState::stopped:
    return "stopped";
  case NodeState::gone:
    break;
  }
  return "gone";
}

Time in_ms(std::chrono::system_clock::time_point time)
{
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

}  // namespace

FleetBook::FleetBook(const std::vector<StoredNode>& nodes, std::vector<StoredService> services)
{
  for (const auto& node : nodes) {
    nodes_.emplace(node.name, node);
  }
  for (auto& service : services) {
    ServiceKey key{service.node, service.last.check};
    services_.emplace(std::move(key), std::move(service));
  }
}

StoredNode& FleetBook::node_named(const std::string& name)
{
  new_nodes_.insert(name);
  return nodes_.try_emplace(name, StoredNode{name, {}, {}, {}}).first->second;
}

void FleetBook::take(const ResultStream::Output& output, Time now)
{
  if (const auto* taken = std::get_if<ResultStream::Taken>(&output)) {
    take_result(*taken);
  } else {
    take_gap(std::get<ResultStream::Gap>(output), now);
  }
}

void FleetBook::take_result(const ResultStream::Taken& taken)
{
  const auto& node = taken.message.node;
  const auto& result = taken.message.result;
  node_named(node).cursor = taken.message.cursor();
  const ServiceKey key{node, result.check};
  const auto [entry, first] = services_.try_emplace(key);
  auto& service = entry->second;
  const auto before = first ? CheckState::ok : service.last.state;
  if (before != result.state) {
    StoredEvent event;
    event.time = in_ms(result.finished);
    event.kind = "state";
    event.node = node;
    event.service = result.check;
    event.before = first ? std::nullopt : std::optional{before};
    event.after = result.state;
    event.replayed = taken.replayed;
    event.message = result.summary;
    new_events_.push_back(std::move(event));
  }
  service.node = node;
  service.last = result;
  ++service.results;
  new_services_.insert(key);
}

void FleetBook::take_gap(const ResultStream::Gap& gap, Time now)
{
  node_named(gap.node).cursor = gap.until;
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
  const auto known = nodes_.find(presence.name);
  const auto word = word_of(presence.state);
  if (known != nodes_.end() && known->second.state == word) {
    return;
  }
  const bool never_heard_of = known == nodes_.end() || known->second.state.empty();
  auto& node = node_named(presence.name);
  node.since = now - age;
  StoredEvent event;
  event.time = node.since;
  event.kind = "node";
  event.node = presence.name;
  event.message = never_heard_of ? word : node.state + " -> " + word;
  node.state = word;
  new_events_.push_back(std::move(event));
}

void FleetBook::move_cursor(const std::string& node, Cursor cursor)
{
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || found->second.cursor < cursor) {
    node_named(node).cursor = cursor;
  }
}

void FleetBook::forget(const std::string& node)
{
  nodes_.erase(node);
  new_nodes_.erase(node);
  std::erase_if(services_, [&](const auto& entry) { return entry.first.first == node; });
  std::erase_if(new_services_, [&](const auto& key) { return key.first == node; });
}

Batch FleetBook::take_news()
{
  Batch batch;
  batch.nodes.reserve(new_nodes_.size());
  batch.services.reserve(new_services_.size());
  for (const auto& name : new_nodes_) {
    batch.nodes.push_back(nodes_.at(name));
  }
  for (const auto& key : new_services_) {
    batch.services.push_back(services_.at(key));
  }
  new_nodes_.clear();
  new_services_.clear();
  batch.events = std::exchange(new_events_, {});
  return batch;
}

}  // namespace muster::collector
