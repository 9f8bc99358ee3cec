// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace muster::bridge {

// A Nagios whose active checks the bridge runs.
struct WorkerHealth {
  std::string socket;
  bool registered = false;
  std::string trouble;         // why it is not
  std::size_t running = 0;     // jobs
  std::uint64_t answered = 0;  // since the start
};

}  // namespace muster::bridge
