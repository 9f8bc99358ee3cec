// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace muster::bridge {

// How long to wait after the nth failure in a row: twice as long each time. Pure.
class RetryPause {
public:
  // Icinga is away for a quarter of a second when it reloads; somebody who mends a password looks after ten.
  static constexpr std::chrono::milliseconds first{250};
  static constexpr std::chrono::milliseconds longest{10'000};

  std::chrono::milliseconds next()
  {
    const auto pause = pause_;
    pause_ = std::min(pause_ * 2, longest);
    return pause;
  }

  void succeeded() { pause_ = first; }

private:
  std::chrono::milliseconds pause_ = first;
};

}  // namespace muster::bridge
