// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/host_watch.hpp"

#include <utility>

#include "libmuster/protocol/utc_text.hpp"

namespace muster::bridge {

namespace {

using protocol::NodeState;

// How often all nodes are looked at: half a second of work in a day for ten thousand of them.
constexpr std::chrono::seconds look_every{1};

std::string sentence(const ToldHost& host, bool silent)
{
  const auto since = protocol::utc_text(host.since);
  switch (host.state) {
  case NodeState::up:
    return "up: its checkagent is connected since " + since;
  case NodeState::stopped:
    return "stopped since " + since + ": its checkagent was stopped";
  case NodeState::gone:
    break;
  }
  return "gone since " + since + (silent ? ": nothing is heard of its checkagent" : ": its connection fell");
}

}  // namespace

void HostWatch::restore(const std::string& node, ToldHost told)
{
  nodes_[node].told = told;
}

// Presences come again now; what is older may be wrong, and has its patience anew.
void HostWatch::connected(Moment now)
{
  connected_ = true;
  connected_at_ = now.steady;
  looked_ = now.steady;
  for (auto& [name, node] : nodes_) {
    node.seen_at = now.steady;
    node.heard = now.steady;
  }
}

void HostWatch::take(const protocol::Presence& presence, std::chrono::seconds age, Moment now)
{
  auto& node = nodes_[presence.name];
  const bool changed = !node.seen || node.seen->state != presence.state;
  const bool was_silent = presence.state == NodeState::up && node.told && node.told->state != NodeState::up;
  if (changed || was_silent) {
    node.seen = ToldHost{presence.state, now.wall - age};
    node.seen_at = now.steady;
  }
  node.heard = now.steady - age;
  fresh_.push_back(presence.name);
}

// Nothing is known of a node that was told of, and has not been heard of since the start: it is as it was,
// until it is silent for too long.
std::optional<ToldHost> HostWatch::state_of(const Node& node, Moment now) const
{
  const auto last = node.seen ? node.seen : node.told;
  const bool silent = last && last->state == NodeState::up && now.steady - node.heard > silence;
  if (!silent) {
    return last;
  }
  const auto ago = std::chrono::floor<std::chrono::milliseconds>(now.steady - node.heard);
  return ToldHost{NodeState::gone, now.wall - ago};
}

void HostWatch::look(const std::string& name, Node& node, Moment now, std::vector<Change>& changes)
{
  const auto state = state_of(node, now);
  if (!state || (node.told && node.told->state == state->state)) {
    return;
  }
  const bool silent = state->state == NodeState::gone && !(node.seen && node.seen->state == NodeState::gone);
  const auto known_since = silent ? connected_at_ : node.seen_at;
  const bool lasted = state->state == NodeState::up || now.steady - known_since >= patience_;
  if (!lasted) {
    return;
  }
  node.told = state;
  HostState item{state->state == NodeState::up, state->since, sentence(*state, silent), false};
  item.stopped = state->state == NodeState::stopped;
  changes.push_back({name, *state, std::move(item)});
}

std::vector<HostWatch::Change> HostWatch::changes(Moment now)
{
  std::vector<Change> changes;
  if (!connected_) {
    return changes;
  }
  if (now.steady - looked_ > standstill) {
    connected(now);
  }
  const auto fresh = std::exchange(fresh_, {});
  if (now.steady - looked_ >= look_every) {
    looked_ = now.steady;
    for (auto& [name, node] : nodes_) {
      look(name, node, now, changes);
    }
    return changes;
  }
  for (const auto& name : fresh) {
    if (const auto found = nodes_.find(name); found != nodes_.end()) {
      look(name, found->second, now, changes);
    }
  }
  return changes;
}

}  // namespace muster::bridge
