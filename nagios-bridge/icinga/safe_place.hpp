// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// How far Icinga's own disk has what it took. It never says so: a result is there if Icinga has lived for
// `safe_after` since it took the result. Pure; one thread.
class SafePlace {
public:
  using Clock = std::chrono::steady_clock;

  // How exactly places are remembered: some dozens of them then cover the minutes that count.
  static constexpr std::chrono::seconds mark_every{5};

  explicit SafePlace(std::chrono::milliseconds safe_after) : safe_after_{safe_after} {}

  // Icinga has taken everything up to this ticket.
  void handed_over(Ticket ticket, Clock::time_point now);

  // The same Icinga answered a question that was asked then. The ticket up to which all is safe, if that is
  // new.
  std::optional<Ticket> alive(Clock::time_point asked);

  // It is another one now: what is not safe yet is in doubt.
  void restarted() { marks_.clear(); }

private:
  struct Mark {
    Ticket ticket;
    Clock::time_point begun;  // for the distance between marks
    Clock::time_point last;   // when the ticket was reached
  };

  std::chrono::milliseconds safe_after_;
  std::deque<Mark> marks_;
};

}  // namespace muster::bridge
