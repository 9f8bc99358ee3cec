// SPDX-License-Identifier: Apache-2.0
#include "checkagent/run_queue.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace muster::checkagent {

namespace asio = boost::asio;

RunLimits default_run_limits()
{
  constexpr std::size_t least = 4;
  RunLimits limits;
  limits.concurrent = std::max(least, std::size_t{2} * std::thread::hardware_concurrency());
  return limits;
}

RunSlots::Admission RunSlots::arrive()
{
  if (running_ < limits_.concurrent) {
    ++running_;
    return Admission::run;
  }
  if (waiting_ < limits_.queued) {
    ++waiting_;
    return Admission::wait;
  }
  return Admission::busy;
}

bool RunSlots::leave()
{
  if (waiting_ > 0) {
    --waiting_;
    return true;
  }
  --running_;
  return false;
}

void RunSlots::give_up()
{
  --waiting_;
}

// One request in the queue. Its timer is its deadline, and is cut short when its turn comes.
struct RunQueue::Waiter {
  Waiter(const asio::any_io_executor& executor, std::chrono::steady_clock::time_point deadline)
      : timer{executor, deadline}
  {}

  asio::steady_timer timer;
  bool has_turn = false;
};

// Leaves the queue when the coroutine that waits ends, in whatever way.
class RunQueue::Place {
public:
  Place(RunQueue& queue, std::shared_ptr<Waiter> waiter) : queue_{queue}, waiter_{std::move(waiter)}
  {
    queue_.waiters_.push_back(waiter_);
  }

  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place(Place&&) = delete;
  Place& operator=(Place&&) = delete;

  ~Place()
  {
    if (taken_) {
      return;
    }
    if (waiter_->has_turn) {  // the turn came together with the end: on to the next
      queue_.release();
      return;
    }
    std::erase(queue_.waiters_, waiter_);
    queue_.slots_.give_up();
  }

  Permit take()
  {
    taken_ = true;
    return Permit{queue_};
  }

private:
  RunQueue& queue_;
  std::shared_ptr<Waiter> waiter_;
  bool taken_ = false;
};

RunQueue::Permit::~Permit()
{
  if (queue_ != nullptr) {
    queue_->release();
  }
}

void RunQueue::release()
{
  if (slots_.leave()) {
    const auto next = std::move(waiters_.front());
    waiters_.pop_front();
    next->has_turn = true;
    next->timer.cancel();
  }
}

asio::awaitable<Expected<RunQueue::Permit>> RunQueue::enter(std::chrono::steady_clock::time_point deadline)
{
  switch (slots_.arrive()) {
  case RunSlots::Admission::run:
    co_return Permit{*this};
  case RunSlots::Admission::busy:
    co_return failure(
        ErrorCode::denied,
        "busy: " + std::to_string(limits_.concurrent) + " plugins run and " + std::to_string(limits_.queued) +
            " requests wait");
  case RunSlots::Admission::wait:
    break;
  }
  const auto waiter = std::make_shared<Waiter>(co_await asio::this_coro::executor, deadline);
  Place place{*this, waiter};
  co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (waiter->has_turn) {
    co_return place.take();
  }
  co_return failure(ErrorCode::timed_out, "busy: no plugin ended before the deadline of this request");
}

}  // namespace muster::checkagent
