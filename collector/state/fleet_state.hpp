// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/state/acknowledgements.hpp"
#include "collector/state/dependencies.hpp"
#include "collector/state/downtimes.hpp"
#include "collector/state/event.hpp"
#include "collector/state/mass_loss.hpp"
#include "collector/state/node_state.hpp"
#include "collector/state/service_state.hpp"

namespace muster::collector {

struct StateRules {
  NodeRules node;
  MassRules mass;
  std::function<ServiceRules(const std::string& check)> service = [](const std::string&) {
    return ServiceRules{};
  };
  std::vector<Dependency> dependencies;
};

// What every check and every node of the fleet is in, and what happened to make it so: results, presences and
// time go in, events come out, complete and marked with why nobody needs to be told. The same things told in
// the same order give the same events, live or from a file.
//
// Pure: it reads no clock. One thread; whoever makes it owns it. For a restart, everything that it knows can
// be taken out as values and given back.
class FleetState {
public:
  using ServiceKey = std::pair<std::string, std::string>;  // node, check

  struct Node {
    NodeState state;
    MassLoss::Attributes attributes;  // what it may share with others that are lost with it
    std::map<std::string, ServiceState> services;
  };

  explicit FleetState(StateRules rules);

  // As it was stored; tells nothing.
  void restore(const std::string& node, const NodeState& state);
  void restore(const std::string& node, const std::string& check, const ServiceState& state);

  void restore(Downtime downtime) { downtimes_.restore(std::move(downtime)); }

  void restore(Acknowledgement acknowledgement) { acknowledgements_.restore(std::move(acknowledgement)); }

  void restore_held(std::vector<MassLoss::Held> held, Time now);

  std::vector<Event> take_result(
      const std::string& node, const std::string& check, const Observation& observation);
  std::vector<Event> take_sighting(
      const std::string& node, const Sighting& sighting, MassLoss::Attributes attributes);

  // To be called about once a second. What did not come is told only while the collector is connected, and
  // only of the time since then.
  std::vector<Event> take_time(Time now);

  void connected(Time now) { listening_since_ = now; }

  void disconnected() { listening_since_.reset(); }

  // Of add() and remove() see Downtimes and Acknowledgements. not_found: what it is about is not known.
  Expected<std::vector<Event>> add_downtime(Downtime downtime, Time now);
  Expected<std::vector<Event>> remove_downtime(const std::string& id, const std::string& caller, Time now);
  Expected<std::vector<Event>> acknowledge(Acknowledgement acknowledgement);
  Expected<std::vector<Event>> unacknowledge(
      const std::string& node, const std::string& check, const std::string& caller, Time now);

  // Nothing of it is known afterwards, and nothing is told.
  void forget(const std::string& node);

  [[nodiscard]] const std::map<std::string, Node>& nodes() const { return nodes_; }

  [[nodiscard]] const Downtimes& downtimes() const { return downtimes_; }

  [[nodiscard]] const Acknowledgements& acknowledgements() const { return acknowledgements_; }

  [[nodiscard]] const MassLoss& mass_loss() const { return mass_; }

  [[nodiscard]] ServiceRules rules_of(const std::string& check) const { return rules_.service(check); }

  // Nullptr: it is not known. Valid until the next call that is not const.
  [[nodiscard]] const ServiceState* service(const std::string& node, const std::string& check) const;

  // Whether what it depends on is broken. An empty check is the node itself.
  [[nodiscard]] bool is_unreachable(const std::string& node, const std::string& check) const;

  // What has changed since the last call, and is to be stored.
  std::set<ServiceKey> take_changed_services() { return std::exchange(changed_services_, {}); }

  std::set<std::string> take_changed_nodes() { return std::exchange(changed_nodes_, {}); }

  // Downtimes, acknowledgements, or events that are held.
  bool take_care_changed() { return std::exchange(care_changed_, false); }

private:
  // When a check may be overdue, at the earliest.
  struct Due {
    Time time;
    ServiceKey service;

    bool operator>(const Due& other) const { return time > other.time; }
  };

  void watch(const ServiceKey& key, const ServiceState& state);
  void look_for_overdue(Time now, std::vector<Event>& told);
  void look_for_lost_nodes(Time now, std::vector<Event>& told);
  void tell(std::vector<Event> events, const ServiceKey& of, Time now, std::vector<Event>& told);
  void tell_one(Event event, Time now, std::vector<Event>& told);
  void mark(Event& event, Time now) const;
  [[nodiscard]] bool is_broken(const Subject& subject) const;
  [[nodiscard]] bool has_problem(const ServiceKey& key) const;
  void begin_flexible(Time now);

  StateRules rules_;
  std::map<std::string, Node> nodes_;
  Downtimes downtimes_;
  Acknowledgements acknowledgements_;
  Dependencies dependencies_;
  MassLoss mass_;
  std::optional<Time> listening_since_;
  // At most one entry for each check: it only ever becomes due later, which is seen when its turn has come.
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::set<ServiceKey> watched_;
  std::set<ServiceKey> changed_services_;
  std::set<std::string> changed_nodes_;
  bool care_changed_ = false;
};

}  // namespace muster::collector
