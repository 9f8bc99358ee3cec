// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmuster/model/check_state.hpp"

namespace muster::collector {

// The same as protocol::Time, without the wire.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// What can have happened.
enum class EventKind {
  state,                // a check has another state, or its problem became hard
  flapping_start,       // a check changes its state too often to be told of each time
  flapping_stop,        // it has calmed down
  node_new,             // a node was seen for the first time
  node_gone,            // its connection fell, or it is silent
  node_stopped,         // it ended in order
  node_vanished,        // gone for so long that it may never come back
  node_back,            // up again
  nodes_lost,           // many at once, instead of as many node_gone
  nodes_stopped,        // many at once, instead of as many node_stopped
  nodes_vanished,       // many at once, instead of as many node_vanished
  nodes_back,           // many at once, instead of as many node_back
  downtime_start,       // a downtime takes effect
  downtime_end,         // its time is over, or it was removed
  acknowledgement_set,  // somebody takes care of a problem
  acknowledgement_end,  // the problem is over or another one, or the time is up
  schedule_refused,     // many nodes refuse a schedule, instead of as many `state`
  schedule_accepted,    // many nodes take it again
  node_forgotten,       // somebody said that it will not come back
};

// The word by which a kind is stored: "state", "node_gone", … It never changes. A static string.
std::string_view to_string(EventKind kind);
// Nothing for a word that no kind has.
std::optional<EventKind> parse_event_kind(std::string_view word);

// Why nobody needs to be told of an event, though it is kept.
struct Silence {
  bool flapping = false;
  bool downtime = false;
  bool acknowledged = false;
  bool unreachable = false;  // what it depends on is broken

  [[nodiscard]] bool any() const { return flapping || downtime || acknowledged || unreachable; }

  bool operator==(const Silence&) const = default;
};

// Something that has happened. A plain value, fit for a row of a table: whoever holds it owns it.
struct Event {
  EventKind kind = EventKind::state;
  std::string node;   // empty: of several, or left to whoever knows it
  std::string check;  // empty: of the node itself
  Time time;          // when it happened, by the node's corrected clock
  // Of a check: from which state to which. Of a hard event: from the hard state before.
  std::optional<CheckState> from;
  std::optional<CheckState> to;
  bool hard = false;  // the hard state changed: what people want to be told
  int attempt = 0;    // of `state`: how many bad results have counted; 0 when it is OK
  std::string message;
  bool replayed = false;  // it was learned late, from a flight recorder
  Silence silence;
  std::vector<std::string> nodes;  // of an event about many: which, sorted
};

// Whether people are to be told: nothing replayed, nothing silent, of states the hard ones only, and no node
// that is new or was forgotten on purpose.
bool notifies(const Event& event);

}  // namespace muster::collector
