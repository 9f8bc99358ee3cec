// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace muster::mqtt {

// Counts what is on its way, for whoever wants to wait until nothing is. Any thread.
class InFlight {
public:
  void add()
  {
    const std::lock_guard lock{mutex_};
    ++count_;
  }

  void remove()
  {
    const std::lock_guard lock{mutex_};
    if (--count_ == 0) {
      none_.notify_all();
    }
  }

  void wait_until_none(std::chrono::milliseconds patience)
  {
    std::unique_lock lock{mutex_};
    none_.wait_for(lock, patience, [this] { return count_ == 0; });
  }

private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

}  // namespace muster::mqtt
