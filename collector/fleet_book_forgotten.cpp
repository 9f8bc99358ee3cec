// SPDX-License-Identifier: Apache-2.0
//
// The part of FleetBook that is about checks that were forgotten.
#include <utility>

#include "collector/fleet_book.hpp"

namespace muster::collector {

Expected<void> FleetBook::forget_check(
    const std::string& node, const std::string& check, const std::string& caller, Time now)
{
  auto done = keep(state_.forget(node, check, caller, now), now);
  if (!done) {
    return done;
  }
  const ServiceKey key{node, check};
  services_.erase(key);
  new_services_.erase(key);
  to_remove_.insert(key);
  forgotten_.insert(key);
  care_changed_ = true;
  StoredEvent event;
  event.time = now;
  event.kind = "check_forgotten";
  event.node = node;
  event.service = check;
  event.message = "forgotten by " + caller;
  new_events_.push_back(std::move(event));
  return done;
}

bool FleetBook::stays_forgotten(const ServiceKey& key, bool replayed)
{
  const auto found = forgotten_.find(key);
  if (found == forgotten_.end() || replayed) {
    return found != forgotten_.end();
  }
  forgotten_.erase(found);
  care_changed_ = true;
  return false;
}

// "web1 check_raid": a name of a node has no blank.
bool FleetBook::restore_forgotten(const std::string& text)
{
  const auto blank = text.find(' ');
  if (blank == std::string::npos) {
    return false;
  }
  forgotten_.emplace(text.substr(0, blank), text.substr(blank + 1));
  return true;
}

}  // namespace muster::collector
