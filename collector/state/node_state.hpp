// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "collector/state/event.hpp"

namespace muster::collector {

enum class NodeStatus {
  unseen,    // nothing was ever heard of it
  up,        // its presence says so, and is renewed
  stopped,   // it ended in order
  gone,      // its connection fell, or its presence is not renewed any more
  vanished,  // stopped or gone for so long that it may never be seen again; only forgetting it removes it
};

// "unseen", "up", …: words that are stored. A static string.
std::string_view to_string(NodeStatus status);
std::optional<NodeStatus> parse_node_status(std::string_view word);

// It gives no results; what has ended in order gives none either.
bool is_absent(NodeStatus status);

struct NodeRules {
  // A presence is renewed every 5 minutes; the same limit as everywhere in Muster (docs/protocol.md).
  std::chrono::milliseconds silent_after{std::chrono::minutes{15}};
  // A broker that restarts sends the wills of all nodes, which are back within seconds.
  std::chrono::milliseconds patience{std::chrono::seconds{30}};
  // After the collector's start or its reconnection: retained presences come first, nodes reconnect.
  std::chrono::milliseconds grace{std::chrono::minutes{2}};
  std::chrono::milliseconds vanished_after{std::chrono::hours{24 * 7}};
};

// All that is known of one node's being there, and needed to go on after a restart. A plain value.
struct NodeState {
  NodeStatus status = NodeStatus::unseen;
  Time since;                   // of `status`
  std::optional<Time> last_up;  // when the newest presence was published that said `up`
  std::optional<Time> fell;     // its will came then, and the patience with it is not over

  bool operator==(const NodeState&) const = default;
};

// What a presence says.
struct Sighting {
  enum class Says { up, stopped, gone };

  Says says = Says::up;
  Time published;  // the broker took it in; of a retained one: `now` less its age
  Time now;
};

// Takes in one presence, live or retained, as often as the broker gives it: only what is new is told.
// The node of the events is left empty. That a node fell is told by take_node_time, after the patience.
std::vector<Event> take_sighting(NodeState& node, const NodeRules& rules, const Sighting& sighting);

// When take_node_time has something to tell; nothing: never, as it is.
std::optional<Time> node_due_at(const NodeState& node, const NodeRules& rules, Time listening_since);

// Looks whether a node is gone. `listening_since`: the collector's start, or its reconnection to the broker;
// nothing is an outage until `grace` after it, so that a restart invents none. Not to be called while the
// collector is cut off from the broker.
std::vector<Event> take_node_time(NodeState& node, const NodeRules& rules, Time now, Time listening_since);

}  // namespace muster::collector
