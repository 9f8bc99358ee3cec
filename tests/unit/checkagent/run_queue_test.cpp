// SPDX-License-Identifier: Apache-2.0
#include "checkagent/run_queue.hpp"

#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::checkagent {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::HasSubstr;
using Admission = RunSlots::Admission;

constexpr auto never = std::chrono::steady_clock::time_point::max();

TEST(RunSlots, AdmitThenQueueThenSayBusy)
{
  RunSlots slots{{2, 1}};
  EXPECT_EQ(slots.arrive(), Admission::run);
  EXPECT_EQ(slots.arrive(), Admission::run);
  EXPECT_EQ(slots.arrive(), Admission::wait);
  EXPECT_EQ(slots.arrive(), Admission::busy);
  EXPECT_EQ(slots.running(), 2U);
  EXPECT_EQ(slots.waiting(), 1U);
}

TEST(RunSlots, HandAPlaceToTheOneThatWaits)
{
  RunSlots slots{{1, 1}};
  slots.arrive();
  slots.arrive();
  EXPECT_TRUE(slots.leave());
  EXPECT_EQ(slots.running(), 1U);
  EXPECT_EQ(slots.waiting(), 0U);
  EXPECT_FALSE(slots.leave());
  EXPECT_EQ(slots.running(), 0U);
}

TEST(RunSlots, MakeRoomInTheQueueWhenOneGivesUp)
{
  RunSlots slots{{1, 1}};
  slots.arrive();
  slots.arrive();
  slots.give_up();
  EXPECT_EQ(slots.arrive(), Admission::wait);
}

TEST(RunLimits, AllowAtLeastFourAtOnce)
{
  EXPECT_GE(default_run_limits().concurrent, 4U);
  EXPECT_EQ(default_run_limits().queued, 64U);
}

// Requests that note what became of them and keep their places until told.
struct Requests {
  asio::io_context loop;
  RunQueue queue;
  std::vector<std::string> log;
  std::vector<RunQueue::Permit> held;

  explicit Requests(RunLimits limits) : queue{limits} {}

  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;
  Requests(Requests&&) = delete;
  Requests& operator=(Requests&&) = delete;
  ~Requests() = default;

  static asio::awaitable<void> request(
      Requests& all, std::string name, std::chrono::steady_clock::time_point deadline)
  {
    auto permit = co_await all.queue.enter(deadline);
    all.log.push_back(name + (permit ? " runs" : " " + permit.error().message));
    if (permit) {
      all.held.push_back(std::move(*permit));
    }
  }

  void add(const std::string& name, std::chrono::steady_clock::time_point deadline = never)
  {
    asio::co_spawn(loop, request(*this, name, deadline), asio::detached);
    poll();
  }

  void poll()
  {
    loop.restart();
    loop.poll();
  }

  void finish_oldest()
  {
    held.erase(held.begin());
    poll();
  }
};

TEST(RunQueue, ServesThoseThatWaitInTheirOrder)
{
  Requests requests{{1, 2}};
  requests.add("a");
  requests.add("b");
  requests.add("c");
  EXPECT_THAT(requests.log, ElementsAre("a runs"));
  requests.finish_oldest();
  EXPECT_THAT(requests.log, ElementsAre("a runs", "b runs"));
  requests.finish_oldest();
  EXPECT_THAT(requests.log, ElementsAre("a runs", "b runs", "c runs"));
}

TEST(RunQueue, SaysBusyAtOnceWhenTheQueueIsFull)
{
  Requests requests{{1, 1}};
  requests.add("a");
  requests.add("b");
  requests.add("c");
  EXPECT_THAT(requests.log, ElementsAre("a runs", "c busy: 1 plugins run and 1 requests wait"));
}

TEST(RunQueue, GivesUpAtTheDeadlineAndLeavesTheQueue)
{
  Requests requests{{1, 1}};
  requests.add("a");
  requests.add("b", std::chrono::steady_clock::time_point::min());
  EXPECT_THAT(requests.log, ElementsAre("a runs", HasSubstr("before the deadline")));
  EXPECT_EQ(requests.queue.waiting(), 0U);
  requests.finish_oldest();
  EXPECT_EQ(requests.queue.running(), 0U);
}

TEST(RunQueue, LosesNoPlaceWhenAWaitIsCancelled)
{
  Requests requests{{1, 2}};
  asio::cancellation_signal cancel;
  requests.add("a");
  asio::co_spawn(
      requests.loop,
      Requests::request(requests, "b", never),
      asio::bind_cancellation_slot(cancel.slot(), asio::detached));
  requests.poll();
  requests.add("c");
  cancel.emit(asio::cancellation_type::terminal);
  requests.poll();
  requests.finish_oldest();
  EXPECT_EQ(requests.log.back(), "c runs");
  requests.finish_oldest();
  EXPECT_EQ(requests.queue.running(), 0U);
  EXPECT_EQ(requests.queue.waiting(), 0U);
}

}  // namespace
}  // namespace muster::checkagent
