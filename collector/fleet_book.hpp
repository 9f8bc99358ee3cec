// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/store/store.hpp"
#include "libmuster/fleet/result_stream.hpp"

namespace muster::collector {

// What the collector knows of the fleet: each node, the last result of each of its checks, and what has
// happened since it was stored last. Pure: what comes is told to it, what is to be stored is taken from it.
class FleetBook {
public:
  FleetBook() = default;

  // As it was stored.
  FleetBook(const std::vector<StoredNode>& nodes, std::vector<StoredService> services);

  // A result that was taken, or a hole that nobody can fill, in the order of ResultStream.
  void take(const fleet::ResultStream::Output& output, Time now);

  // `age`: how long ago the broker took it in.
  void take(const protocol::Presence& presence, std::chrono::seconds age, Time now);

  // How far the results of a node are taken, though none came: its epoch was empty.
  void move_cursor(const std::string& node, Cursor cursor);

  void forget(const std::string& node);

  // What is new since the last call.
  Batch take_news();

  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }

  [[nodiscard]] std::size_t services() const { return services_.size(); }

private:
  using ServiceKey = std::pair<std::string, std::string>;  // node, check

  void take_result(const fleet::ResultStream::Taken& taken);
  void take_gap(const fleet::ResultStream::Gap& gap, Time now);
  StoredNode& node_named(const std::string& name);

  std::map<std::string, StoredNode> nodes_;
  std::map<ServiceKey, StoredService> services_;
  std::set<std::string> new_nodes_;
  std::set<ServiceKey> new_services_;
  std::vector<StoredEvent> new_events_;
};

}  // namespace muster::collector
