// SPDX-License-Identifier: Apache-2.0
#include "collector/lease_runner.hpp"

#include <utility>

#include "libmuster/runtime/log.hpp"

namespace muster::collector {

namespace log = runtime::log;

LeaseRunner::LeaseRunner(const boost::asio::any_io_executor& executor, std::string name, std::string group)
    : timer_{executor}, lease_{std::move(name), std::move(group)}
{}

void LeaseRunner::start()
{
  announced_ = lease_.notice();
  if (announce_) {
    announce_(announced_);
  }
  look_regularly();
}

void LeaseRunner::connection(bool stands)
{
  const auto now = Lease::Moment::clock::now();
  if (stands) {
    lease_.connected(now);
  } else {
    lease_.disconnected(now);
  }
  look();
}

void LeaseRunner::take(const protocol::Presence& presence, std::chrono::seconds age)
{
  lease_.take(presence, age, Lease::Moment::clock::now());
  look();
}

void LeaseRunner::forget(const std::string& service)
{
  lease_.forget(service);
  look();
}

void LeaseRunner::set_ready(bool ready)
{
  lease_.set_ready(ready);
  look();
}

void LeaseRunner::look()
{
  const auto now = Lease::Moment::clock::now();
  lease_.take_time(now, std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  const auto notice = lease_.notice();
  if (!(notice == announced_)) {
    announced_ = notice;
    if (announce_) {
      announce_(notice);
    }
  }
  tell_duty();
  log_asking();
}

void LeaseRunner::tell_duty()
{
  const auto now = Lease::Moment::clock::now();
  const bool knows = lease_.knows(now);
  const auto duty = lease_.asks()           ? Duty::ask
                    : lease_.is_vacant(now) ? Duty::hold
                    : knows                 ? Duty::pass
                                            : Duty::not_known;
  if (duty_ == duty || (!duty_ && !knows)) {
    return;
  }
  duty_ = duty;
  if (told_) {
    told_(duty);
  }
}

void LeaseRunner::log_asking()
{
  const bool asks = lease_.asks();
  if (std::exchange(asked_, asks) == asks) {
    return;
  }
  const auto seen = view();
  if (asks) {
    log::info("asks the fleet from now on, term " + std::to_string(seen.claim->term));
  } else if (lease_.notice().claim) {
    log::info("does not ask the fleet until it has seen who else is there");
  } else {
    log::info("does not ask the fleet any more" + (seen.holder.empty() ? "" : ": " + seen.holder + " does"));
  }
}

void LeaseRunner::look_regularly()
{
  timer_.expires_after(look_every);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look();
      look_regularly();
    }
  });
}

}  // namespace muster::collector
