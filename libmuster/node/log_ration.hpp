// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace muster::node {

// How many lines a minute something may write into the log that a stranger can cause at will. Pure; one
// thread.
class LogRation {
public:
  using Time = std::chrono::steady_clock::time_point;

  // Enough to see what goes on; a flood of more must not fill the disk.
  static constexpr std::size_t most_lines_a_minute = 120;

  enum class Verdict { write, say_that_it_ends, be_silent };

  Verdict next(Time now)
  {
    if (lines_ == 0 || now >= minute_ + std::chrono::minutes{1}) {
      minute_ = now;
      lines_ = 0;
    }
    ++lines_;
    if (lines_ <= most_lines_a_minute) {
      return Verdict::write;
    }
    return lines_ == most_lines_a_minute + 1 ? Verdict::say_that_it_ends : Verdict::be_silent;
  }

private:
  Time minute_{};
  std::size_t lines_ = 0;
};

}  // namespace muster::node
