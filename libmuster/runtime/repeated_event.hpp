// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace muster::runtime {

// Keeps something that happens over and over from flooding the log: the first time is told at once, after
// that at most one line a minute tells how often. One object for each kind of event. Pure; one thread.
class RepeatedEvent {
public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes quiet{1};  // a person reads this log

  // It happened. What comes back is how often it happened since the last line, this time included, if a line
  // is due now; nothing if it shall be silent.
  std::optional<std::uint64_t> happened(Time now);

  // The times not told yet, if a line about them is due: for a timer that wants the end of a burst told too.
  std::optional<std::uint64_t> untold(Time now);

private:
  std::optional<std::uint64_t> tell_if_due(Time now);

  std::optional<Time> told_;
  std::uint64_t count_ = 0;
};

}  // namespace muster::runtime
