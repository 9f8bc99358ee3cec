// SPDX-License-Identifier: Apache-2.0
#include "collector/state/observation.hpp"

#include <array>
#include <utility>

#include "libmuster/model/node_name.hpp"

namespace muster::collector {

namespace {

constexpr std::array<const char*, 4> facts_of_a_site{"site", "location", "datacenter", "rack"};

}  // namespace

Observation::Origin origin_of(std::string_view origin)
{
  const bool of_caller = origin.find('@') != std::string_view::npos && !is_collector_name(origin);
  return of_caller ? Observation::Origin::caller : Observation::Origin::schedule;
}

Observation observation_of(const CheckResult& result, Time taken, bool replayed)
{
  Observation observation;
  observation.state = result.state;
  observation.summary = result.summary;
  observation.finished = std::chrono::floor<std::chrono::milliseconds>(result.finished);
  observation.origin = origin_of(result.origin);
  observation.replayed = replayed;
  observation.taken = taken;
  return observation;
}

void correct_clock(CheckResult& result, std::chrono::milliseconds ahead)
{
  if (std::chrono::abs(ahead) > clock_tolerance) {
    result.started -= ahead;
    result.finished -= ahead;
  }
}

Sighting sighting_of(const protocol::Presence& presence, Time published, Time now)
{
  switch (presence.state) {
  case protocol::NodeState::up:
    return {Sighting::Says::up, published, now};
  case protocol::NodeState::stopped:
    return {Sighting::Says::stopped, published, now};
  case protocol::NodeState::gone:
    break;
  }
  return {Sighting::Says::gone, published, now};
}

MassLoss::Attributes attributes_of(const protocol::Presence& presence)
{
  MassLoss::Attributes attributes;
  for (const auto* const name : facts_of_a_site) {
    const auto* const fact = presence.facts.find(name);
    auto text = fact == nullptr ? std::string{} : scalar_text(*fact);
    if (!text.empty()) {
      attributes[name] = std::move(text);
    }
  }
  if (!presence.broker.empty()) {
    attributes["broker"] = presence.broker;
  }
  return attributes;
}

}  // namespace muster::collector
