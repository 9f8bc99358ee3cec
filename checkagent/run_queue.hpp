// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "libmuster/error.hpp"

namespace muster::checkagent {

struct RunLimits {
  std::size_t concurrent = 4;  // plugins at once
  std::size_t queued = 64;     // requests that wait for one of these places
};

// max(4, 2 × cores) at once: plugins wait more than they compute.
RunLimits default_run_limits();

// The counting behind RunQueue, without any waiting.
class RunSlots {
public:
  enum class Admission {
    run,   // has a place now; leave() when done
    wait,  // counted as waiting; gets a place from somebody's leave(), or calls give_up()
    busy,  // not counted at all
  };

  explicit RunSlots(RunLimits limits) : limits_{limits} {}

  Admission arrive();
  // Gives a place back. True if it went at once to the one that waits longest, who must now be told.
  bool leave();
  void give_up();

  [[nodiscard]] std::size_t running() const { return running_; }

  [[nodiscard]] std::size_t waiting() const { return waiting_; }

private:
  RunLimits limits_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
};

// A bounded number of plugins at once, a bounded queue before them, first come first served. One thread only.
// Must outlive the coroutines that wait in it and the permits it gave.
class RunQueue {
public:
  // A place. Gives it back when destroyed.
  class Permit {
  public:
    explicit Permit(RunQueue& queue) : queue_{&queue} {}

    Permit(Permit&& other) noexcept : queue_{std::exchange(other.queue_, nullptr)} {}

    Permit& operator=(Permit&& other) noexcept
    {
      std::swap(queue_, other.queue_);
      return *this;
    }

    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit();

  private:
    RunQueue* queue_;
  };

  explicit RunQueue(RunLimits limits = default_run_limits()) : limits_{limits}, slots_{limits} {}

  RunQueue(const RunQueue&) = delete;
  RunQueue& operator=(const RunQueue&) = delete;
  RunQueue(RunQueue&&) = delete;
  RunQueue& operator=(RunQueue&&) = delete;
  ~RunQueue() = default;

  // Waits for a place until `deadline`. Fails with `denied` ("busy: …") at once if the queue is full, and
  // with `timed_out` if no place came free in time.
  boost::asio::awaitable<Expected<Permit>> enter(std::chrono::steady_clock::time_point deadline);

  [[nodiscard]] const RunLimits& limits() const { return limits_; }

  [[nodiscard]] std::size_t running() const { return slots_.running(); }

  [[nodiscard]] std::size_t waiting() const { return slots_.waiting(); }

private:
  struct Waiter;
  class Place;

  void release();

  RunLimits limits_;
  RunSlots slots_;
  std::deque<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace muster::checkagent
