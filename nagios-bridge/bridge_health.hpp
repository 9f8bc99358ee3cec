// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libmuster/model/check_state.hpp"
#include "nagios-bridge/queue/queue.hpp"
#include "nagios-bridge/sinks/sink.hpp"
#include "nagios-bridge/worker/worker_health.hpp"

namespace muster::bridge {

struct SinkHealth {
  std::string name;
  std::string kind;
  SinkState state;
  std::int64_t waiting = 0;  // items that it has not made safe
  double per_second = 0;     // delivered, of the last minute
};

// What the bridge knows of itself: for its check, its status, its metrics. A plain value.
struct BridgeHealth {
  std::string name;
  Time started;
  Time now;
  bool stopped = false;  // in good order: nothing more will be told
  bool connected = false;
  std::string broker;
  std::string problem;  // why nothing can be stored; empty: it can
  std::string damage;   // of the queue's file; empty: none was met
  bool full = false;    // the queue: nothing is taken
  Queue::Room room = Queue::Room::plenty;
  std::uint64_t bytes = 0;
  std::uint64_t limit = 0;
  std::int64_t depth = 0;
  std::optional<Time> oldest;  // when the oldest item came
  std::uint64_t taken = 0;
  std::uint64_t replayed = 0;
  std::uint64_t skipped = 0;
  std::uint64_t rejected = 0;
  std::uint64_t gaps = 0;  // since the start
  double per_second = 0;   // results that came, of the last minute
  std::size_t nodes = 0;
  std::size_t behind = 0;
  DeadLetters::Counts letters;
  std::vector<SinkHealth> sinks;
  std::vector<std::string> closed_doors;  // for clients of NRPE: which port, and why
  std::vector<WorkerHealth> workers;
  CheckState state = CheckState::ok;  // of its check of itself
  std::string summary;
};

}  // namespace muster::bridge
