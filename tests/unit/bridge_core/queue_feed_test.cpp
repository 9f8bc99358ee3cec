// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/queue_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/model/mapping.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {
namespace {

using testing::SizeIs;

constexpr Time noon{std::chrono::milliseconds{1'790'000'000'000}};

class QueueFeedTest : public testing::Test {
protected:
  QueueFeedTest()
  {
    queue_ = std::move(*Queue::open(folder_.path("queue.db"), {}, {"nagios"}, noon));
    feed_ = std::make_unique<QueueFeed>(
        *queue_,
        "nagios",
        naming(),
        OwnNames{"nagios-bridge@mon1", "mon1", "bridge", std::chrono::seconds{180}},
        [] {});
  }

  // Of web9 nothing is told, and a service with a bar in its name cannot be.
  static Naming naming()
  {
    return {
        [](const QueuedItem& item) {
          return item.node == "web9" ? std::nullopt : Mapping{Monitor::nagios, {}}.map(item);
        },
        [](const PassiveResult& result) {
          const bool odd = result.service.find('|') != std::string::npos;
          return odd ? std::optional<std::string>{"a bar in its name"} : std::nullopt;
        }};
  }

  void add(const std::string& node, const std::string& check = "disk")
  {
    CheckResult result;
    result.check = check;
    result.state = CheckState::critical;
    result.summary = "full";
    result.finished = noon;
    QueuedItem item;
    item.node = node;
    item.place = {1, ++seq_};
    item.ahead = std::chrono::milliseconds{5000};
    item.what = result;
    Arrivals arrivals;
    arrivals.items = {item};
    ASSERT_TRUE(queue_->write(arrivals, noon));
  }

  Feed::Slice read(Ticket after = 0)
  {
    auto slice = feed_->read(after, 100);
    EXPECT_TRUE(slice);
    return *slice;
  }

  std::int64_t seq_ = 0;
  test::TemporaryDirectory folder_;
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<QueueFeed> feed_;
};

TEST_F(QueueFeedTest, TellsResultsUnderTheNamesOfTheMonitor)
{
  add("web1");
  const auto slice = read();
  ASSERT_THAT(slice.results, SizeIs(1));
  EXPECT_EQ(slice.results[0].host, "web1");
  EXPECT_EQ(slice.results[0].service, "disk");
  EXPECT_EQ(slice.results[0].state, 2);
  EXPECT_EQ(slice.results[0].finished, noon - std::chrono::milliseconds{5000});
  EXPECT_EQ(slice.until, 1);
}

TEST_F(QueueFeedTest, WhatTheMappingLeavesOutIsPassedOver)
{
  add("web9");
  const auto slice = read();
  EXPECT_THAT(slice.results, SizeIs(0));
  EXPECT_EQ(slice.until, 1);
}

TEST_F(QueueFeedTest, WhatCanNeverBeToldIsADeadLetter)
{
  add("web1", "a|b");
  EXPECT_THAT(read().results, SizeIs(0));
  EXPECT_EQ(queue_->letters().counts().open, 1);
  EXPECT_TRUE(queue_->letters().has("nagios", "web1", "a|b"));
}

TEST_F(QueueFeedTest, WhatTheBridgeSaysOfItselfHasItsOwnNames)
{
  add("nagios-bridge@mon1", "nagios-bridge");
  const auto slice = read();
  ASSERT_THAT(slice.results, SizeIs(1));
  EXPECT_EQ(slice.results[0].host, "mon1");
  EXPECT_EQ(slice.results[0].service, "bridge");
  EXPECT_EQ(slice.results[0].finished, noon) << "it has no clock but ours";
  EXPECT_EQ(slice.results[0].lifetime, std::chrono::seconds{180});
}

TEST_F(QueueFeedTest, ANewerResultThatIsSafeMendsTheLetter)
{
  add("web1");
  ASSERT_TRUE(feed_->bury(read().results[0], "no such host"));
  ASSERT_TRUE(feed_->set_safe(1));
  EXPECT_EQ(queue_->letters().counts().open, 1) << "that one was buried";
  add("web1");
  EXPECT_THAT(read(1).results, SizeIs(1));
  EXPECT_EQ(queue_->letters().counts().open, 1) << "it may still be buried";
  ASSERT_TRUE(feed_->set_safe(2));
  EXPECT_EQ(queue_->letters().counts().open, 0);
  EXPECT_EQ(queue_->letters().counts().mended, 1);
}

TEST_F(QueueFeedTest, ANewerResultThatIsBuriedMendsNothing)
{
  add("web1");
  ASSERT_TRUE(feed_->bury(read().results[0], "no such host"));
  ASSERT_TRUE(feed_->set_safe(1));
  add("web1");
  ASSERT_TRUE(feed_->bury(read(1).results[0], "no such host"));
  ASSERT_TRUE(feed_->set_safe(2));
  EXPECT_EQ(queue_->letters().counts().open, 1);
}

}  // namespace
}  // namespace muster::bridge
