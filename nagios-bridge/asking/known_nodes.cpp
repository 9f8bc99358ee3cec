// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/known_nodes.hpp"

#include <iterator>

#include "libmuster/fleet/fleet_request.hpp"

namespace muster::bridge {

using protocol::NodeState;

namespace {

// Far more than any fleet has: a broker that tells of more is not believed.
constexpr std::size_t most_nodes = 200'000;

std::string words_of(std::chrono::seconds time)
{
  constexpr std::chrono::seconds two_minutes{120};
  constexpr std::chrono::seconds two_hours{7200};
  if (time < two_minutes) {
    return std::to_string(time.count()) + " s";
  }
  return time < two_hours
             ? std::to_string(std::chrono::duration_cast<std::chrono::minutes>(time).count()) + " min"
             : std::to_string(std::chrono::duration_cast<std::chrono::hours>(time).count()) + " h";
}

}  // namespace

void KnownNodes::take(const protocol::Presence& presence, std::chrono::seconds age, Clock::time_point now)
{
  if (nodes_.size() < most_nodes || nodes_.contains(presence.name)) {
    nodes_[presence.name] = {presence.state, now - age};
  }
}

void KnownNodes::forget(std::string_view node)
{
  if (const auto found = nodes_.find(node); found != nodes_.end()) {
    nodes_.erase(found);
  }
}

// End: nothing is known of it, and it may be there all the same.
Expected<KnownNodes::Nodes::const_iterator> KnownNodes::look_up(std::string_view name) const
{
  if (const auto found = nodes_.find(name); found != nodes_.end()) {
    return found;
  }
  const auto beginning = std::string{name} + ".";
  const auto first = nodes_.lower_bound(beginning);
  if (first != nodes_.end() && first->first.starts_with(beginning)) {
    const auto second = std::next(first);
    if (second == nodes_.end() || !second->first.starts_with(beginning)) {
      return first;
    }
    return failure(
        ErrorCode::not_found,
        "\"" + std::string{name} + "\" may be " + first->first + " or " + second->first +
            ": ask for the whole name");
  }
  if (complete_ && !nodes_.empty()) {
    return failure(ErrorCode::not_found, "no node of the fleet is called \"" + std::string{name} + "\"");
  }
  return nodes_.end();
}

Expected<std::string> KnownNodes::find(std::string_view name, Clock::time_point now) const
{
  const auto found = look_up(name);
  if (!found) {
    return tl::unexpected{found.error()};
  }
  if (*found == nodes_.end()) {
    return std::string{name};
  }
  const auto& [node, known] = **found;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - known.seen);
  if (known.state == NodeState::stopped) {
    return failure(ErrorCode::disconnected, node + ": its checkagent was stopped " + words_of(age) + " ago");
  }
  if (known.state == NodeState::gone) {
    return failure(ErrorCode::disconnected, node + " is gone: its connection fell " + words_of(age) + " ago");
  }
  if (age >= fleet::FleetRequest::stale_presence) {
    return failure(ErrorCode::disconnected, node + " is gone: nothing was heard of it for " + words_of(age));
  }
  return node;
}

}  // namespace muster::bridge
