// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "collector/schedule/lease.hpp"
#include "collector/schedule_runner.hpp"

namespace muster::collector {

// The lease on the wire: what comes is told to it, what it decides goes to the presence, to the schedules and
// to whoever else must know whether this collector is the one that asks. Lives on one executor.
class LeaseRunner {
public:
  static constexpr std::chrono::milliseconds look_every{250};

  LeaseRunner(const boost::asio::any_io_executor& executor, std::string name, std::string group);

  // Called with what the presence should say, each time that it changes. Before start().
  void on_announce(std::function<void(const LeaseNotice&)> announce) { announce_ = std::move(announce); }

  // Called at each change, for the first time when it is known whether another one asks. Before start().
  void on_duty(std::function<void(Duty)> told) { told_ = std::move(told); }

  void start();

  void stop() { timer_.cancel(); }

  // What the intake sees.
  void connection(bool stands);
  void take(const protocol::Presence& presence, std::chrono::seconds age);
  void forget(const std::string& service);
  void set_ready(bool ready);

  [[nodiscard]] LeaseView view() const { return lease_.view(Lease::Moment::clock::now()); }

private:
  void look();
  void look_regularly();
  void tell_duty();
  void log_asking();

  boost::asio::steady_timer timer_;
  Lease lease_;
  LeaseNotice announced_;
  std::optional<Duty> duty_;  // as it was told
  bool asked_ = false;
  std::function<void(const LeaseNotice&)> announce_;
  std::function<void(Duty)> told_;
};

}  // namespace muster::collector
