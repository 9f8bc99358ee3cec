// SPDX-License-Identifier: Apache-2.0
#include "collector/state/observation.hpp"

namespace muster::collector {

Observation::Origin origin_of(std::string_view origin)
{
  const bool of_caller = origin.find('@') != std::string_view::npos && !origin.starts_with("collector@");
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

}  // namespace muster::collector
