// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "cli/gate/verdict.hpp"

namespace muster::cli::gate {

using Clock = std::chrono::steady_clock;

// How often and how long a gate tries.
struct Patience {
  std::optional<std::size_t> tries =
      1;  // so many that are not healthy end it; nothing: until the time is over
  std::chrono::milliseconds sleep{10'000};   // between two tries
  std::chrono::milliseconds healthy_for{0};  // healthy tries in a row must span this; 0: one is enough
  std::optional<std::chrono::milliseconds> timeout{};  // of everything; nothing: `tries` ends it
  std::chrono::milliseconds longest_try{12'000};       // no try begins that might not end in time
};

// When a gate goes on and when it has its verdict.
//
// Pure: it is told what each try said and when it began and ended, and says how long to sleep before the next
// one. Healthy time is counted from the end of the first healthy try to the beginning of the last one: that
// is the part in which the checks surely have been well.
class GateDecision {
public:
  struct Next {
    std::optional<Verdict> verdict;     // nothing: try again
    std::chrono::milliseconds sleep{};  // before that
    std::string why{};                  // of a verdict that is not the last try's own; else empty
  };

  GateDecision(Patience patience, Clock::time_point start) : patience_{patience}, start_{start} {}

  Next on_try(Verdict judged, Clock::time_point began, Clock::time_point ended);

private:
  [[nodiscard]] Next after_healthy(Clock::time_point began, Clock::time_point ended);
  [[nodiscard]] Next after_unhealthy(Verdict judged);
  [[nodiscard]] bool time_is_over(Clock::time_point next_try) const;
  [[nodiscard]] Next out_of_time(Verdict judged, Clock::time_point began) const;

  Patience patience_;
  Clock::time_point start_;
  std::size_t unhealthy_tries_ = 0;
  std::optional<Clock::time_point> healthy_since_;
};

}  // namespace muster::cli::gate
