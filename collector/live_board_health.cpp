// SPDX-License-Identifier: Apache-2.0
//
// What the board shows of the collector itself.
#include <utility>

#include "collector/live_board.hpp"
#include "collector/wall_clock.hpp"

namespace muster::collector {

CollectorHealth LiveBoard::health() const
{
  CollectorHealth health;
  const auto& counters = intake_.counters();
  const auto history = history_.counts();
  if (!intake_.problem().empty()) {
    health.problems.push_back("nothing can be stored: " + intake_.problem());
  }
  if (const auto& damage = store_.damage(); !damage.empty() && damage != intake_.problem()) {
    health.problems.push_back(damage);
  }
  if (!intake_.connected()) {
    health.problems.emplace_back("there is no connection to a broker: what is known may be old");
  }
  for (const auto& problem : history_.problems()) {
    health.problems.push_back("history: " + problem);
  }
  health.name = name_;
  health.stores = intake_.problem().empty() && store_.damage().empty();
  if (const auto& own = own_check_.state()) {
    health.state = own->state;
    health.summary = own->summary;
  }
  health.connected = intake_.connected();
  health.started = started_;
  health.results_taken = counters.taken;
  health.results_replayed = counters.replayed;
  health.gaps = counters.gaps;
  health.rejected = counters.rejected;
  health.history_written = history.written;
  health.history_dropped = history.dropped + history.failed;
  health.history_waiting = history_.waiting();
  health.schedule_missed = schedules_.missed();
  health.schedule_unsent = schedules_.unsent();
  if (notifier_ != nullptr) {
    notifier_->add_to(health);
  }
  const auto lease = lease_.view();
  health.asks = lease.asks;
  health.asker = lease.holder;
  health.standing_by = lease.standing;
  health.collectors_gone = lease.gone;
  return health;
}

// The collector's check of itself, as a check of a node of its name; lists of the whole fleet have it only
// while it is a problem. A filter is about nodes.
std::optional<ShownService> LiveBoard::itself(const ServiceQuery& query) const
{
  const auto& own = own_check_.state();
  const bool asked = (query.node.empty() || query.node == name_) &&
                     (query.check.empty() || query.check == own_check_name) && query.filter.empty();
  const bool is_named = query.node == name_ || query.check == own_check_name;
  if (!own || !asked || (own->state == CheckState::ok && !(query.all && is_named))) {
    return std::nullopt;
  }
  ShownService service;
  service.node = name_;
  service.check = own_check_name;
  service.state = own->state;
  service.since = own->since;
  service.last_result = own->looked;
  service.summary = own->summary;
  service.perfdata = own->perfdata;
  return service;
}

void LiveBoard::look_at_itself()
{
  if (auto event = own_check_.look(health(), wall_clock_now());
      event && own_events_.size() < most_own_events) {
    own_events_.push_back(std::move(*event));
  }
  if (intake_.problem().empty()) {
    for (auto& event : std::exchange(own_events_, {})) {
      intake_.book().note(std::move(event));
    }
  }
}

}  // namespace muster::collector
