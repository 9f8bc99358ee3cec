// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace muster::bridge {

// The time by the clock of this machine, as everything that is stored or shown has it: in milliseconds. What
// decides is told the time; only what waits or answers asks for it.
inline std::chrono::sys_time<std::chrono::milliseconds> wall_clock_now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace muster::bridge
