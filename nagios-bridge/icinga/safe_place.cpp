// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/icinga/safe_place.hpp"

namespace muster::bridge {

void SafePlace::handed_over(Ticket ticket, Clock::time_point now)
{
  if (!marks_.empty() && marks_.back().ticket == ticket) {
    return;
  }
  if (!marks_.empty() && now - marks_.back().begun < mark_every) {
    marks_.back().ticket = ticket;
    marks_.back().last = now;
    return;
  }
  marks_.push_back({ticket, now, now});
}

std::optional<Ticket> SafePlace::alive(Clock::time_point asked)
{
  std::optional<Ticket> safe;
  while (!marks_.empty() && marks_.front().last + safe_after_ <= asked) {
    safe = marks_.front().ticket;
    marks_.pop_front();
  }
  return safe;
}

}  // namespace muster::bridge
