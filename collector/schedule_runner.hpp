// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/intake.hpp"
#include "collector/schedule/schedule.hpp"

namespace muster::collector {

// What becomes of the turns of a schedule: they are asked; kept for a moment, because nobody asks as it is
// and this collector may be the next; kept likewise, because without a broker it is not known who asks; or
// passed, because another collector asks.
enum class Duty { ask, hold, not_known, pass };

// Asks the fleet when the schedule says so: one signed broadcast for each entry and turn. Lives on one
// executor, with the intake, which sends and must outlive it.
class ScheduleRunner {
public:
  // No turn is later than this.
  static constexpr std::chrono::milliseconds look_every{250};
  // That turns were missed is told when it is known whether another collector asks; beyond it, it is not.
  static constexpr std::size_t most_held_behind = 1000;
  // Turns of what comes more often are not remembered over a restart: the next is there before anybody asks.
  static constexpr std::chrono::minutes remembered_from{5};

  ScheduleRunner(
      const boost::asio::any_io_executor& executor, Intake& intake, std::vector<ScheduleEntry> entries);

  // After the intake: from it come the turns of the collector that was here before.
  void start();

  void stop() { timer_.cancel(); }

  // Until it is told, turns are held. What was held is asked as soon as it may, if half of its interval has
  // not passed.
  void set_duty(Duty duty);

  // Whatever the duty is: an operator wants it. not_found, denied (its last request is under way) or
  // disconnected.
  Expected<void> run_now(const std::string& name);

  [[nodiscard]] std::vector<EntryStatus> list() const { return schedule_.list(); }

  // Turns for which nobody was asked, since the start.
  [[nodiscard]] std::uint64_t missed() const;

  // Of these, those that were ready to be asked.
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }

private:
  void look_again();
  void look(Time now);
  void take(const DueRequest& due, Time now);
  void drop_held(Time now);
  [[nodiscard]] bool is_missed() const;
  void not_asked(const DueRequest& due);
  bool ask(const DueRequest& due, Time now);
  void take(const FallenBehind& behind, Time now);
  void tell(const FallenBehind& behind, Time now);

  boost::asio::steady_timer timer_;
  Intake& intake_;
  Schedule schedule_;
  std::map<std::string, Time> ends_;  // of the requests under way
  std::map<std::string, DueRequest> held_;
  std::vector<FallenBehind> held_behind_;
  Duty duty_ = Duty::not_known;
  bool was_told_ = false;    // that it asks, or that another one does
  bool asked_last_ = false;  // of the collectors, as far as is known: what is not asked then is missed
  std::uint64_t unsent_ = 0;
  bool begun_ = false;  // a broker was there: what was missed while nobody ran can be asked for
};

}  // namespace muster::collector
