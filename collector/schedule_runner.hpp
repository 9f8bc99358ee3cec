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

// Asks the fleet when the schedule says so: one signed broadcast for each entry and turn. Lives on one
// executor, with the intake, which sends and must outlive it.
class ScheduleRunner {
public:
  // No turn is later than this.
  static constexpr std::chrono::milliseconds look_every{250};
  // Turns of what comes more often are not remembered over a restart: the next is there before anybody asks.
  static constexpr std::chrono::minutes remembered_from{5};

  ScheduleRunner(
      const boost::asio::any_io_executor& executor, Intake& intake, std::vector<ScheduleEntry> entries);

  // After the intake: from it come the turns of the collector that was here before.
  void start();

  void stop() { timer_.cancel(); }

  // Another collector asks: turns pass without a request of ours, and are not missed.
  void set_active(bool active) { active_ = active; }

  // not_found, denied (its last request is under way) or disconnected.
  Expected<void> run_now(const std::string& name);

  [[nodiscard]] std::vector<EntryStatus> list() const { return schedule_.list(); }

  // Turns for which nobody was asked, since the start.
  [[nodiscard]] std::uint64_t missed() const;

private:
  void look_again();
  void look(Time now);
  bool ask(const DueRequest& due, Time now);
  void tell(const FallenBehind& behind, Time now);

  boost::asio::steady_timer timer_;
  Intake& intake_;
  Schedule schedule_;
  std::map<std::string, Time> ends_;  // of the requests under way
  bool active_ = true;
  bool begun_ = false;  // a broker was there: what was missed while nobody ran can be asked for
};

}  // namespace muster::collector
