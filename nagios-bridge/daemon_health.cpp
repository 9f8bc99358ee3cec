// SPDX-License-Identifier: Apache-2.0
//
// What the bridge says of itself, and where.
#include <utility>

#include <boost/json/serialize.hpp>

#include "libmuster/runtime/log.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "nagios-bridge/daemon.hpp"
#include "nagios-bridge/metrics.hpp"
#include "nagios-bridge/status.hpp"
#include "nagios-bridge/wall_clock.hpp"

namespace muster::bridge {

namespace log = runtime::log;

namespace {

using Steady = std::chrono::steady_clock;

constexpr mode_t for_all_to_read = 0644;  // node_exporter is another user
constexpr mode_t for_the_group = 0640;

CheckResult result_of(const OwnCheck::Result& own, Time now)
{
  CheckResult result;
  result.check = "nagios-bridge";
  result.state = own.state;
  result.summary = own.summary;
  result.details = own.details;
  result.perfdata = own.perfdata;
  result.started = now;
  result.finished = now;
  return result;
}

}  // namespace

BridgeHealth Daemon::health()
{
  const auto& counters = intake_.counters();
  BridgeHealth health;
  health.name = settings_.identity;
  health.started = started_;
  health.now = wall_clock_now();
  health.connected = intake_.connected();
  health.broker = intake_.broker();
  health.problem = intake_.problem();
  health.damage = queue_->damage();
  health.full = intake_.full();
  health.room = queue_->room();
  health.bytes = queue_->bytes();
  health.limit = queue_->limit();
  health.depth = queue_->depth();
  health.oldest = queue_->oldest().value_or(std::nullopt);
  health.taken = counters.taken;
  health.replayed = counters.replayed;
  health.skipped = intake_.skipped();
  health.rejected = counters.rejected;
  health.gaps = counters.gaps;
  health.nodes = intake_.nodes();
  health.behind = intake_.behind();
  health.letters = queue_->letters().counts();
  health.per_second = rates_.take("results", counters.taken + counters.replayed, Steady::now());
  add_sinks_to(health);
  add_doors_to(health);
  if (active_checks_) {
    health.workers = active_checks_->health();
  }
  return health;
}

void Daemon::add_sinks_to(BridgeHealth& health)
{
  for (const auto& outlet : outlets_) {
    SinkHealth sink{outlet.name, outlet.kind, outlet.sink->state(), queue_->waiting(outlet.name), 0};
    sink.per_second = rates_.take("sink " + outlet.name, sink.state.delivered, Steady::now());
    health.sinks.push_back(std::move(sink));
  }
}

void Daemon::add_doors_to(BridgeHealth& health) const
{
  for (const auto& door : doors_) {
    if (!door->trouble().empty()) {
      health.closed_doors.push_back(door->trouble());
    }
  }
}

void Daemon::look()
{
  for (auto& door : doors_) {
    door->look();
  }
  auto health = this->health();
  const auto own = own_check_.look(health);
  health.state = own.state;
  health.summary = own.summary;
  node_.set_health("bridge", own.problems);
  static_cast<void>(systemd_.status(own.summary));
  tell_monitors(own, health.now);
  write_files(health);
}

void Daemon::look_regularly()
{
  look();
  look_timer_.expires_after(look_every);
  look_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) {
      look_regularly();
    }
  });
}

void Daemon::tell_monitors(const OwnCheck::Result& result, Time now)
{
  const bool is_time = !told_at_ || Steady::now() - *told_at_ >= settings_.own_check.every;
  if (settings_.own_check.host.empty() || (!is_time && told_state_ == result.state)) {
    return;
  }
  told_at_ = Steady::now();
  told_state_ = result.state;
  QueuedItem item;
  item.node = settings_.identity;
  item.what = result_of(result, now);
  intake_.add(std::move(item));
}

// A disk that is full for the queue is full for these too: that is said once.
void Daemon::write_files(const BridgeHealth& health)
{
  const auto status = boost::json::serialize(status_json(health)) + "\n";
  auto written = runtime::write_file_atomically(settings_.status_file(), status, for_the_group);
  const bool is_time = !measured_at_ || Steady::now() - *measured_at_ >= metrics_every;
  if (written && !settings_.metrics_file.empty() && is_time) {
    measured_at_ = Steady::now();
    written = runtime::write_file_atomically(settings_.metrics_file, metrics_text(health), for_all_to_read);
  }
  const auto trouble = written ? std::string{} : written.error().message;
  if (trouble != file_trouble_ && !trouble.empty()) {
    log::warning(trouble);
  }
  file_trouble_ = trouble;
}

}  // namespace muster::bridge
