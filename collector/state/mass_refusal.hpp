// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/state/event.hpp"
#include "collector/state/mass_loss.hpp"
#include "libmuster/error.hpp"

namespace muster::collector {

// That a node refuses a schedule is kept as a check of that node, which no nrpe.cfg has: so people see it
// wherever they look, and can acknowledge it. "schedule:disks" for the schedule disks.
std::string refusal_check(const std::string& schedule);

// The schedule of such a check; nothing: it is a real one. A part of what is given.
std::optional<std::string_view> refused_schedule(std::string_view check);

// Makes one event of many nodes that begin to refuse a schedule at the same time, or to take it again: a
// policy that was rolled out wrong tells itself once. Pure; one thread; whoever makes it owns it.
class MassRefusal {
public:
  explicit MassRefusal(const MassRules& rules) : rules_{rules} {}

  // An event of such a check, of which people would be told, is held until the window is over; any other is
  // given back at once.
  std::vector<Event> take(Event event, Time now);

  // What was held, if its window is over: one event for many nodes, few one by one.
  std::vector<Event> take_time(Time now);

  // Nobody is told of that node any more.
  void forget(const std::string& node);

  // For storing, so that a killed collector does not swallow it: take it again after the start.
  [[nodiscard]] const std::vector<Event>& held() const { return held_; }

private:
  MassRules rules_;
  std::vector<Event> held_;
  Time window_began_;
};

// An event that is held, as it is stored. invalid_input: it is none.
std::string encode_refusal(const Event& event);
Expected<Event> parse_refusal(std::string_view text);

}  // namespace muster::collector
