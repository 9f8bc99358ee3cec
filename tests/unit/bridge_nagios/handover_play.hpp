// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "nagios-bridge/nagios/handover.hpp"

namespace muster::bridge::test {

inline NagiosSettings settings_with(const std::string& spool = "")
{
  NagiosSettings settings;
  settings.batch = 10;
  settings.spool_batch = 100;
  settings.save_every = std::chrono::seconds{5};
  settings.save_after = 3;
  settings.spool = spool;
  return settings;
}

// A feed of `fed` results and a Nagios that does what it is told, both as far as Handover can see them.
class Play {
public:
  explicit Play(const NagiosSettings& settings = settings_with(), Ticket safe = 0) : handover{settings, safe}
  {
    sight.run = NagiosRun{100, 1000, 1};
    sight.saved.modified_ns = 1;
    sight.wall = Time{std::chrono::milliseconds{1'000'000'000}};
  }

  Handover::Step next() { return handover.next(now, sight); }

  // Takes the next step, which must be of this kind, and does it.
  Handover::Step step(Handover::Step::Kind kind)
  {
    const auto step = next();
    EXPECT_EQ(static_cast<int>(step.kind), static_cast<int>(kind)) << "after " << handover.read_from();
    if (step.kind == Handover::Step::Kind::make) {
      make(step);
    } else if (step.kind == Handover::Step::Kind::hand_over) {
      handover.handed_over(now, answer, sight);
      sight.gone = false;
    } else if (step.kind == Handover::Step::Kind::take_back) {
      handover.taken_back(now, !sight.gone, sight.wall);
      sight.gone = false;
    } else if (step.kind == Handover::Step::Kind::make_safe) {
      handover.made_safe(step.ticket);
    }
    return step;
  }

  // Nagios obeys the batch that is with it.
  void obey(bool saves = false)
  {
    sight.gone = true;
    sight.saved.modified_ns += saves ? 1 : 0;
  }

  void hand_over_one_batch()
  {
    step(Handover::Step::Kind::make);
    step(Handover::Step::Kind::hand_over);
  }

  // Until the feed is empty and everything is received; the barrier is not due yet.
  void deliver_all()
  {
    while (handover.received() < fed) {
      hand_over_one_batch();
      obey();
      next();
      now += std::chrono::milliseconds{100};
    }
    step(Handover::Step::Kind::make);  // finds that there is no more
  }

  void pass(std::chrono::milliseconds time)
  {
    now += time;
    sight.wall += time;
  }

  Handover handover;
  Handover::Sight sight;
  Handover::TimePoint now{std::chrono::hours{1}};
  PipeAnswer answer = PipeAnswer::ready;
  Ticket fed = 0;

private:
  void make(const Handover::Step& step)
  {
    if (step.saves) {
      handover.made({.way = step.way, .saves = true}, false);
      return;
    }
    const auto until = std::min(fed, handover.read_from() + static_cast<Ticket>(step.most));
    if (until == handover.read_from()) {
      handover.dry();
      return;
    }
    const auto results = static_cast<std::size_t>(until - handover.read_from());
    const auto again = handover.told_until() - handover.read_from();
    const auto told = static_cast<std::size_t>(std::clamp<Ticket>(again, 0, static_cast<Ticket>(results)));
    handover.made({step.way, false, until, results, told}, results == step.most);
  }
};

}  // namespace muster::bridge::test
