// SPDX-License-Identifier: Apache-2.0
//
// The part of FleetBook that is about what people do.
#include <utility>

#include "collector/fleet_book.hpp"

namespace muster::collector {

namespace {

// Nothing is done before it is known that all can be, since nothing can be taken back.
template <typename All, typename May, typename Act>
Expected<void> all_or_none(const All& all, May may, Act act)
{
  Expected<void> done;
  for (auto one = all.begin(); done && one != all.end(); ++one) {
    done = may(*one);
  }
  for (auto one = all.begin(); done && one != all.end(); ++one) {
    done = act(*one);
  }
  return done;
}

}  // namespace

Expected<void> FleetBook::add_downtimes(std::vector<Downtime> downtimes, Time now)
{
  for (auto& downtime : downtimes) {
    auto matches = nodes_meant(*this, downtime);
    if (!matches) {
      return tl::unexpected{matches.error()};
    }
    downtime.matches = std::move(*matches);
  }
  auto done = state_.downtimes().may_add(downtimes, now);
  for (auto one = downtimes.begin(); done && one != downtimes.end(); ++one) {
    done = keep(state_.add_downtime(std::move(*one), now), now);
  }
  return done;
}

Expected<void> FleetBook::remove_downtime(const std::string& id, const std::string& caller, Time now)
{
  return keep(state_.remove_downtime(id, caller, now), now);
}

Expected<void> FleetBook::acknowledge(const std::vector<Acknowledgement>& acknowledgements)
{
  return all_or_none(
      acknowledgements,
      [this](const auto& one) { return state_.may_acknowledge(one); },
      [this](const auto& one) { return keep(state_.acknowledge(one), one.set); });
}

Expected<void> FleetBook::unacknowledge(const Targets& targets, const std::string& caller, Time now)
{
  return all_or_none(
      targets,
      [this](const auto& one) { return state_.acknowledgements().may_remove(one.node, one.check); },
      [&](const auto& one) { return keep(state_.unacknowledge(one.node, one.check, caller, now), now); });
}

}  // namespace muster::collector
