// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libmuster/error.hpp"
#include "nagios-bridge/model/passive_result.hpp"

namespace muster::bridge {

// What a sink says of itself.
struct SinkState {
  bool working = false;  // the monitor takes what it is given
  std::string trouble;   // why not, or what is odd; empty: nothing
  Time since;            // of `working`
  Ticket handed_over = 0;
  Ticket safe = 0;
  std::uint64_t delivered = 0;    // results since the start, each repetition counted
  std::uint64_t repeated = 0;     // of those: told once more, after the monitor had died
  std::uint64_t buried = 0;       // dead letters since the start
  std::uint64_t restarts = 0;     // of the monitor that were seen
  std::optional<Time> last_time;  // of a delivery
};

// The way to one monitor. It takes results out of its Feed (feed.hpp), which must outlive it, and hands them
// over in order, per service; what it does about a monitor that is away, slow or has died is its own. Lives
// on the bridge's executor, and never blocks it for longer than a local file takes. Retries for ever: every
// wait has a deadline, and the state says what is wrong.
class Sink {
public:
  virtual ~Sink() = default;

  // Fails only for what no time can mend: a wrong configuration.
  virtual Expected<void> start() = 0;

  // Something new is in the feed. Cheap; may be called at any time.
  virtual void wake() = 0;

  // Hands nothing over any more. What is under way is given up: it is not safe, and is told again.
  virtual void stop() = 0;

  [[nodiscard]] virtual SinkState state() const = 0;
};

}  // namespace muster::bridge
