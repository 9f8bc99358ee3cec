// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collector/state/acknowledgements.hpp"
#include "collector/state/dependencies.hpp"
#include "collector/state/downtimes.hpp"
#include "collector/state/due_queue.hpp"
#include "collector/state/mass_loss.hpp"
#include "collector/state/node_state.hpp"
#include "collector/state/service_state.hpp"
#include "libmuster/error.hpp"
#include "libmuster/protocol/messages.hpp"

namespace muster::collector {

// What of a check is stored. A plain value.
struct KnownService {
  ServiceState state;
  CheckState told = CheckState::ok;  // the hard state that people were told last
  // Given: no result came while its node was away, which is no event of its own; its history ends with this.
  std::optional<CheckState> before_absence{};

  bool operator==(const KnownService&) const = default;
};

// What of a node is stored. A plain value.
struct KnownNode {
  NodeState state;
  NodeStatus told = NodeStatus::unseen;  // what people were told last; unseen: nothing, nor need they be
  MassLoss::Attributes attributes;       // what it may share with others that are lost: its site, its broker

  bool operator==(const KnownNode&) const = default;
};

struct EngineRules {
  // Asked once for each check, when its first result comes or it is restored. None: the defaults for all.
  std::function<ServiceRules(const std::string& node, const std::string& check)> rules_for;
  // Which schedules may mean a node, in their order, by what its presence tells; none: nobody can say.
  std::function<std::vector<bool>(const protocol::Presence& presence)> schedules_meaning;
  // In place of rules_for, once that is known of a node.
  std::function<ServiceRules(const std::string& check, const std::vector<bool>& meant)> rules_meaning;
  NodeRules nodes;
  MassRules mass;
  std::vector<Dependency> dependencies;
  // The checks of each schedule, by its name; none: it asks for all that a node has.
  std::map<std::string, std::vector<std::string>> schedules;
};

// What all that the collector hears means: takes in results, presences and time, and gives back the events,
// in the order in which people should read them, with node and check, and with each reason to be silent.
//
// What was silenced (or replayed) and is still so when nothing silences it any more is told then: as an event
// of its own, from what people were told last to what is. So no downtime hides a problem that outlives it.
//
// Pure; one thread; whoever makes it owns it. It begins cut off from the broker: only after connected() it
// finds that results or nodes are missing.
class StateEngine {
public:
  struct Service {
    KnownService known;
    ServiceRules rules;
    std::optional<Time> queued;           // when it is looked at next
    bool changed = false;                 // since take_changed
    CheckState counted = CheckState::ok;  // as what it is in `checks` of its node
  };

  struct Node {
    KnownNode known;
    std::map<std::string, Service> services;  // by check
    std::array<std::size_t, 4> checks{};      // how many, by CheckState: so that nobody has to look at each
    std::vector<bool> meant;                  // as EngineRules has it; empty: not known
    std::optional<Time> queued;
    bool changed = false;

    [[nodiscard]] bool has_problems() const { return checks[1] + checks[2] + checks[3] > 0; }
  };

  // What is to be stored again. held: MassLoss::held().
  struct Changed {
    std::vector<std::string> nodes;
    std::vector<Subject> services;
    bool downtimes = false;
    bool acknowledgements = false;
    bool held = false;
  };

  struct Counts {
    std::array<std::size_t, 5> nodes{};     // by NodeStatus
    std::array<std::size_t, 4> services{};  // by CheckState
    std::array<std::size_t, 4>
        need_somebody{};                  // the bad ones without downtime, acknowledgement, broken parent
    std::size_t nodes_need_somebody = 0;  // those that are not there, likewise
  };

  // What stays silenced and gives no results is looked at so often, whether it is to be told by now.
  static constexpr std::chrono::minutes look_again{1};

  explicit StateEngine(EngineRules rules);

  // As it was stored, before anything else. `now`: of `held`, whose window begins anew.
  void restore(const std::string& node, KnownNode known);
  void restore(const std::string& node, const std::string& check, KnownService known);
  void restore(Downtime downtime);
  void restore(Acknowledgement acknowledgement);
  void restore(MassLoss::Held held, Time now);

  // A result that is older than the last one of its check changes nothing.
  std::vector<Event> take_result(
      const std::string& node, const std::string& check, const Observation& observation);

  // Empty attributes, and those of one that is gone, leave those that are known: a will knows less.
  std::vector<Event> take_sighting(
      const std::string& node, const Sighting& sighting, MassLoss::Attributes attributes);

  // Which schedules mean the node from now on. Gives the checks that waited in vain for a result that nobody
  // asks for any more; taking their last result in again ends that.
  std::vector<std::string> take_meant(const std::string& node, std::vector<bool> meant, Time now);

  // To be called about once a second. Costs only what is due, however many checks there are.
  std::vector<Event> take_time(Time now);

  // Time is taken up to `now`, too. What is overdue counts anew from each connected().
  std::vector<Event> connected(Time now);
  std::vector<Event> disconnected(Time now);

  // Errors as Downtimes has them.
  Expected<std::vector<Event>> add_downtime(Downtime downtime, Time now);
  Expected<std::vector<Event>> remove_downtime(const std::string& id, const std::string& caller, Time now);

  // The state is filled in. not_found: no such check or node; invalid_input: it is OK, or up.
  Expected<std::vector<Event>> acknowledge(Acknowledgement acknowledgement);
  // Whether acknowledge() takes it, with the same errors.
  [[nodiscard]] Expected<void> may_acknowledge(Acknowledgement acknowledgement) const;
  // As another collector has it, of the state that was acknowledged there: this one may still be learning.
  Expected<std::vector<Event>> take_told(Acknowledgement acknowledgement);
  Expected<std::vector<Event>> unacknowledge(
      const std::string& node, const std::string& check, const std::string& caller, Time now);

  // All that is known of a node, and its acknowledgements; not_found: nothing is.
  Expected<std::vector<Event>> forget(const std::string& node, const std::string& caller, Time now);

  // All that is known of a check of a node; not_found: nothing is.
  Expected<std::vector<Event>> forget(
      const std::string& node, const std::string& check, const std::string& caller, Time now);

  // What is new since the last call; what was forgotten is not in it.
  Changed take_changed();

  [[nodiscard]] const std::map<std::string, Node>& nodes() const { return nodes_; }

  // Nullptr: not known. Valid until it is forgotten.
  [[nodiscard]] const Node* find(const std::string& node) const;
  [[nodiscard]] const Service* find(const std::string& node, const std::string& check) const;

  [[nodiscard]] const Downtimes& downtimes() const { return downtimes_; }

  [[nodiscard]] const Acknowledgements& acknowledgements() const { return acknowledgements_; }

  [[nodiscard]] const std::vector<MassLoss::Held>& held() const { return mass_.held(); }

  // The broken one that a check, or a node if the check is empty, depends on.
  [[nodiscard]] std::optional<Subject> broken_parent(const Subject& child) const;

  // Looks at every node, and at the checks of those that have problems.
  [[nodiscard]] Counts counts(Time now) const;

  // When take_time may find something out about nodes and checks; nothing: never, as it is. Downtimes and
  // acknowledgements aside.
  [[nodiscard]] std::optional<Time> due() const;

private:
  Node& node_named(const std::string& name);
  Service& service_named(Node& entry, const std::string& node, const std::string& check) const;
  [[nodiscard]] ServiceRules rules_of(
      const Node& entry, const std::string& node, const std::string& check) const;
  [[nodiscard]] bool is_broken(const Subject& subject) const;
  [[nodiscard]] bool needs_somebody(const Subject& subject, Time now) const;

  std::vector<Event> tell(std::vector<Event> events, const Subject& subject, Time now);
  void mark(Event& event, Time now) const;
  void note_told(const Event& event);
  std::vector<Event> late_news(Event event, Time now);
  std::vector<Event> late_news_of(const std::string& node, const Node& entry, Time now);
  std::vector<Event> late_news_of(const Subject& subject, const Service& service, Time now, std::string why);

  std::vector<Event> verdicts(Time now);
  std::vector<Subject> take_due(Time now);
  bool take_off_queue(const Subject& subject, Time at);
  bool put_off(const Subject& subject, Time now);
  [[nodiscard]] std::optional<Time> due_of(const Node& node, const Service& service) const;
  [[nodiscard]] static Time waits_until(const Node& node, const Service& service);
  std::vector<Event> look_at(const Subject& subject, Time now);
  std::vector<Event> look_again_at(const Subject& subject, Time now);
  void queue(const std::string& node, Node& entry, Time now);
  void queue(const Subject& subject, Service& service, Time now);
  void put(const Subject& subject, std::optional<Time>& queued, std::optional<Time> at);

  [[nodiscard]] MassLoss::Fleet fleet() const;
  void on_problem(const Subject& subject, Time now);
  void begin_flexible_downtimes(Time now);
  [[nodiscard]] Expected<CheckState> state_to_acknowledge(
      const std::string& node, const std::string& check) const;
  Expected<std::vector<Event>> set(Acknowledgement acknowledgement);
  static void count(Node& node, Service& service);
  void has_changed(const Subject& subject);
  void has_changed(Node& node, Service& service, const Subject& subject);

  EngineRules rules_;
  std::map<std::string, Node> nodes_;
  Downtimes downtimes_;
  Acknowledgements acknowledgements_;
  Dependencies dependencies_;
  MassLoss mass_;
  DueQueue queue_;
  std::set<Time> flexible_starts_;  // of downtimes: what is bad already begins them
  Changed changed_;
  Time listening_since_;
  bool connected_ = false;
};

}  // namespace muster::collector
