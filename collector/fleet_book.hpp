// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/board/target.hpp"
#include "collector/history/rrd_writer.hpp"
#include "collector/refusals.hpp"
#include "collector/state/mass_refusal.hpp"
#include "collector/state/state_engine.hpp"
#include "collector/store/store.hpp"
#include "collector/untold_care.hpp"
#include "libmuster/fleet/result_stream.hpp"

namespace muster::collector {

// Everything that is stored, as it is read at the start.
struct StoredFleet {
  std::vector<StoredNode> nodes;
  std::vector<StoredService> services;
  std::vector<StoredCare> care;
};

// What the collector knows of the fleet: each node with what its presence told last, the last result of each
// of its checks, the state that these make, and what is new since it was stored last. Pure: what comes is
// told to it, what is to be stored is taken from it. One thread.
class FleetBook {
public:
  struct Node {
    StoredNode stored;
    protocol::Presence presence;              // the last; its name is empty while there was none
    std::chrono::milliseconds clock_ahead{};  // of the collector's, as its last live result told
  };

  using ServiceKey = std::pair<std::string, std::string>;  // node, check

  // Of one request to another collector: the limit of a message, with room for what is around it.
  static constexpr std::size_t most_told = 100;
  static constexpr std::size_t most_told_bytes = std::size_t{90} << 10U;
  // Of two collectors, as of all who ask.
  static constexpr std::chrono::seconds clock_tolerance{30};

  explicit FleetBook(EngineRules rules = {})
      : schedules_{rules.schedules},
        schedules_meaning_{rules.schedules_meaning},
        mass_refusal_{rules.mass},
        state_{std::move(rules)}
  {}

  // As it was stored; state that cannot be read begins anew, and is counted.
  void restore(StoredFleet stored, Time now);

  // A result that was taken, or a hole that nobody can fill, in the order of ResultStream.
  void take(fleet::ResultStream::Output output, Time now);

  // `age`: how long ago the broker took it in.
  void take(const protocol::Presence& presence, std::chrono::seconds age, Time now);

  // A node refuses a request of a schedule, and why: "policy - …". Of a node that is not known nothing is
  // kept.
  void take_refusal(const std::string& schedule, const std::string& node, const std::string& why, Time now);

  // Who has not refused this turn may take the schedule again.
  void end_turn(const Turn& turn, Time now);

  // To be called about once a second.
  void take_time(Time now);

  void connected(Time now) { keep(state_.connected(now), now); }

  void disconnected(Time now) { keep(state_.disconnected(now), now); }

  // How far the results of a node are taken, though none came: its epoch was empty.
  void move_cursor(const std::string& node, Cursor cursor);

  void forget(const std::string& node, Time now);

  // A check that its node does not have any more; only a live result brings it back. not_found: nothing is
  // known of it.
  Expected<void> forget_check(
      const std::string& node, const std::string& check, const std::string& caller, Time now);

  // All of them or none.
  Expected<void> add_downtimes(std::vector<Downtime> downtimes, Time now);

  Expected<void> add_downtime(Downtime downtime, Time now)
  {
    return add_downtimes({std::move(downtime)}, now);
  }

  Expected<void> remove_downtime(const std::string& id, const std::string& caller, Time now);
  // All of them or none. The error is that of the first that cannot be, and names it.
  Expected<void> acknowledge(const std::vector<Acknowledgement>& acknowledgements);
  Expected<void> unacknowledge(const Targets& targets, const std::string& caller, Time now);

  // Another collector of the group, and that nobody misses it any more. One that is new is to be told of
  // everything that operators have said.
  void know_peer(const std::string& peer, Time now);
  void forget_peer(const std::string& peer);

  [[nodiscard]] const UntoldCare& untold() const { return untold_; }

  // What an operator has done is to be told to these.
  void note_untold(const std::vector<std::string>& peers, const CareKey& key, const CareAct& act);

  // As much as fits into a request, as it is now, but what is put off. What is over by itself is not told:
  // whoever did not hear of it has not missed it.
  std::vector<ToldCare> to_tell(const std::string& peer, const std::set<CareKey>& put_off);
  void told(const std::string& peer, const std::vector<ToldCare>& taken);

  // What another collector tells. Of two acts the later one holds; what is known is no news, and no error.
  Expected<void> take_told(const ToldCare& told, Time now);

  // When a schedule last asked; it is stored, so that a collector which was dead knows what it missed.
  void note_turn(const std::string& schedule, Time turn);
  [[nodiscard]] std::optional<Time> last_turn(const std::string& schedule) const;

  // Something that has happened to the collector itself.
  void note(StoredEvent event) { new_events_.push_back(std::move(event)); }

  // What is new since the last call.
  Batch take_news();

  // What is to be kept in the history, since the last call.
  std::vector<Measurement> take_measurements() { return std::exchange(measurements_, {}); }

  [[nodiscard]] const StateEngine& state() const { return state_; }

  [[nodiscard]] const std::map<std::string, Node>& nodes() const { return nodes_; }

  [[nodiscard]] const std::map<ServiceKey, StoredService>& services() const { return services_; }

  // What it told last; nullptr: nothing yet.
  [[nodiscard]] const protocol::Presence* presence_of(const std::string& node) const;

  // Stored states that could not be read.
  [[nodiscard]] std::size_t damaged() const { return damaged_; }

private:
  void restore(StoredService service, Time now);
  void restore(const StoredCare& care, Time now);
  bool restore_downtime(const std::string& text);
  bool restore_forgotten(const std::string& text);
  void restore_turn(const StoredCare& care);
  void take_result(fleet::ResultStream::Taken taken, Time now);
  void take_gap(const fleet::ResultStream::Gap& gap, Time now);
  void find_schedules_meaning(const protocol::Presence& presence, Time now);
  static void correct_clock(Node& node, fleet::ResultStream::Taken& taken, Time now);
  bool stays_forgotten(const ServiceKey& key, bool replayed);
  void note_new(const std::string& node, const CheckResult& result);
  void measure(const std::string& node, const CheckResult& result);
  void note_answer(const std::string& node, const CheckResult& result, Time now);
  void observe_refusal(
      const std::string& schedule, const std::string& node, CheckState state, std::string why, Time now);
  void restore_refusal(const std::string& schedule, const std::string& node, Time now);
  void keep(const std::vector<Event>& events, Time now);
  void write_down(const std::vector<Event>& events);
  Expected<void> keep(Expected<std::vector<Event>> events, Time now);
  [[nodiscard]] std::string text_now(const CareKey& key) const;
  Expected<void> take_told_downtime(const ToldCare& told, Time now);
  Expected<void> take_told_acknowledgement(const ToldCare& told, Time now);
  Node& node_named(const std::string& name);
  [[nodiscard]] std::vector<StoredCare> all_care() const;
  StoredNode to_store(const std::string& name, bool state_changed);

  std::map<std::string, std::vector<std::string>> schedules_;
  decltype(EngineRules::schedules_meaning) schedules_meaning_;
  Refusals refusals_;
  MassRefusal mass_refusal_;
  std::map<std::string, Time> turns_;
  UntoldCare untold_;
  bool care_changed_ = false;  // what of the care is not the engine's
  StateEngine state_;
  std::map<std::string, Node> nodes_;
  std::map<ServiceKey, StoredService> services_;
  std::set<std::string> new_nodes_;
  std::set<ServiceKey> new_services_;
  std::set<ServiceKey> forgotten_;  // checks, until a live result comes: replayed ones are what was
  std::set<ServiceKey> to_remove_;  // of the store
  std::vector<StoredEvent> new_events_;
  std::vector<Measurement> measurements_;
  std::size_t damaged_ = 0;
};

// Which nodes the filters of a downtime are about, by what their presences told; none: it has no filter. The
// book must outlive it. Fails if a filter cannot be read or asks data functions.
Expected<std::function<bool(const std::string&)>> nodes_meant(
    const FleetBook& book, const Downtime& downtime);

}  // namespace muster::collector
