// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/intake.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_mqtt.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using protocol::Cursor;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t epoch = 1'790'000'000'000;
constexpr const char* caller = "nagios-bridge@mon1";

Time now()
{
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

class IntakeTest : public testing::Test {
protected:
  IntakeTest() { start(); }

  void start(
      Intake::Rules rules = {0ms, Intake::History::last}, std::uint64_t bytes = std::uint64_t{1} << 30U)
  {
    intake_.reset();
    queue_.reset();
    client_ = std::make_unique<test::FakeMqttClient>();
    auto opened = Queue::open(file_, {bytes}, {"nagios"}, now());
    ASSERT_TRUE(opened);
    queue_ = std::move(*opened);
    intake_.emplace(
        loop_.get_executor(),
        *client_,
        *queue_,
        fleet::PageRequests::Identity{protocol::generate_secret_key(caller), protocol::Topics{}, "session1"},
        rules);
    intake_->tell([this] { ++wakes_; }, [] {});
    ASSERT_TRUE(intake_->start());
    client_->connect();
  }

  ~IntakeTest() override
  {
    intake_.reset();
    loop_.stop();
  }

  // Until what has come is stored.
  void settle()
  {
    run_until([this] { return intake_->settled(); });
  }

  template <typename Condition>
  void run_until(Condition condition)
  {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      loop_.restart();
      loop_.run_one_for(100ms);
    }
  }

  static protocol::ResultMessage message(const std::string& node, std::int64_t seq, Time finished = now())
  {
    protocol::ResultMessage result;
    result.node = node;
    result.epoch = epoch;
    result.seq = seq;
    result.now = finished;
    result.result.check = "disk";
    result.result.state = CheckState::ok;
    result.result.summary = std::to_string(seq);
    result.result.started = finished;
    result.result.finished = finished;
    return result;
  }

  void publish(const protocol::ResultMessage& result)
  {
    client_->deliver("muster/1/result/" + result.node, protocol::encode(result));
  }

  void announce(
      const std::string& node, std::int64_t seq, protocol::NodeState state = protocol::NodeState::up)
  {
    protocol::Presence presence;
    presence.name = node;
    presence.state = state;
    presence.instance = "i1";
    presence.epoch = epoch;
    presence.seq = seq;
    client_->deliver("muster/1/presence/" + node, protocol::encode(presence));
  }

  // Answers the last request to a node's recorder.
  void answer(const std::string& node, const protocol::RecorderPage& page, Time clock = now())
  {
    const auto asked = client_->published_on("muster/1/node/" + node);
    ASSERT_FALSE(asked.empty());
    protocol::Answer answer;
    answer.id = protocol::open_header(asked.back().payload)->id;
    answer.node = node;
    answer.now = clock;
    answer.data = protocol::to_json(page);
    client_->deliver("muster/1/reply/" + std::string{caller} + "/session1/" + node, protocol::encode(answer));
  }

  static protocol::RecorderPage page(
      std::vector<protocol::ResultMessage> results, bool more = false, bool gap = false)
  {
    protocol::RecorderPage page;
    page.results = std::move(results);
    page.more = more;
    page.gap = gap;
    page.head = page.results.empty() ? Cursor{} : page.results.back().cursor();
    return page;
  }

  // Seqs of results, and for hosts their text.
  std::vector<std::string> queued()
  {
    std::vector<std::string> words;
    const auto slice = queue_->read("nagios", 0, 1000);
    EXPECT_TRUE(slice);
    for (const auto& item : slice->items) {
      const auto* host = std::get_if<HostState>(&item.what);
      words.push_back(
          host == nullptr ? item.node + " " + std::to_string(item.place.seq)
                          : item.node + (host->up ? " up" : " down"));
    }
    return words;
  }

  Cursor cursor_of(const std::string& node)
  {
    const auto nodes = queue_->nodes();
    for (const auto& known : *nodes) {
      if (known.name == node) {
        return known.cursor;
      }
    }
    return {};
  }

  test::TemporaryDirectory folder_;
  std::string file_ = folder_.path("queue.db");
  boost::asio::io_context loop_;
  std::unique_ptr<test::FakeMqttClient> client_;
  std::unique_ptr<Queue> queue_;
  std::optional<Intake> intake_;
  int wakes_ = 0;
};

TEST_F(IntakeTest, ANodeIsAskedForWhatItHasAndThenHeard)
{
  announce("web1", 2);
  answer("web1", page({message("web1", 1, now() + 1s), message("web1", 2, now() + 1s)}));
  publish(message("web1", 3));
  settle();
  EXPECT_THAT(queued(), ElementsAre("web1 1", "web1 2", "web1 3", "web1 up"));
  EXPECT_EQ(cursor_of("web1"), (Cursor{epoch, 3}));
  EXPECT_GT(wakes_, 0);
}

TEST_F(IntakeTest, OfTheTimeBeforeTheBridgeTheLastResultOfEachCheckIsTold)
{
  announce("web1", 4);
  auto other = message("web1", 3, now() - 1h);
  other.result.check = "load";
  answer("web1", page({message("web1", 1, now() - 2h), message("web1", 2, now() - 1h)}, true));
  settle();
  EXPECT_EQ(cursor_of("web1"), Cursor{}) << "what is held back is not stored";
  answer("web1", page({other, message("web1", 4, now() + 1s)}));
  settle();
  EXPECT_THAT(queued(), ElementsAre("web1 up", "web1 2", "web1 3", "web1 4"));
  EXPECT_EQ(intake_->skipped(), 1);
}

TEST_F(IntakeTest, WithAllHistoryEverythingIsTold)
{
  start({0ms, Intake::History::all, 0ms});
  announce("web1", 2);
  answer("web1", page({message("web1", 1, now() - 2h), message("web1", 2, now() - 1h)}));
  settle();
  EXPECT_THAT(queued(), ElementsAre("web1 1", "web1 2", "web1 up"));
}

TEST_F(IntakeTest, AfterARestartItGoesOnBehindWhatItHas)
{
  announce("web1", 1);
  answer("web1", page({message("web1", 1)}));
  settle();
  start();
  announce("web1", 3);
  const auto asked = client_->published_on("muster/1/node/web1");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_THAT(asked[0].payload, HasSubstr("\"seq\":1"));
  answer("web1", page({message("web1", 2, now() - 1h), message("web1", 3, now() - 1h)}));
  settle();
  EXPECT_THAT(queued(), ElementsAre("web1 1", "web1 up", "web1 2", "web1 3"))
      << "what it missed, however old; the host is as it was";
}

TEST_F(IntakeTest, AGapThatNoNodeFillsIsOnTheList)
{
  announce("web1", 1);
  answer("web1", page({message("web1", 1)}));
  publish(message("web1", 9));
  answer("web1", page({message("web1", 9)}, false, true));
  settle();
  EXPECT_EQ(queue_->letters().counts().gaps, 1);
  EXPECT_EQ(intake_->counters().gaps, 1);
  EXPECT_EQ(cursor_of("web1"), (Cursor{epoch, 9}));
}

TEST_F(IntakeTest, ThatANodesHistoryHasNoBeginningIsNoGap)
{
  announce("web1", 7);
  answer("web1", page({message("web1", 7, now() - 1h)}, false, true));
  settle();
  EXPECT_EQ(queue_->letters().counts().gaps, 0);
  EXPECT_THAT(queued(), ElementsAre("web1 7", "web1 up"));
}

TEST_F(IntakeTest, TimesAreCorrectedByTheClockOfTheNode)
{
  announce("web1", 1);
  answer("web1", page({message("web1", 1, now() + 1h)}), now() + 1h);
  settle();
  const auto slice = queue_->read("nagios", 0, 10);
  ASSERT_FALSE(slice->items.empty());
  EXPECT_GT(slice->items[0].ahead, 59min);
}

TEST_F(IntakeTest, WhatAClockThatIsRightAgainHasRecordedIsNotOfTheFuture)
{
  announce("web1", 1);
  answer("web1", page({message("web1", 1, now() + 1h)}), now());
  settle();
  const auto slice = queue_->read("nagios", 0, 10);
  ASSERT_FALSE(slice->items.empty());
  EXPECT_GT(slice->items[0].ahead, 59min);
}

TEST_F(IntakeTest, AHostIsToldWhenItGoesAndWhenItComes)
{
  announce("web1", 0);
  settle();
  announce("web1", 0, protocol::NodeState::gone);
  settle();
  announce("web1", 0, protocol::NodeState::gone);
  settle();
  announce("web1", 0);
  settle();
  EXPECT_THAT(queued(), ElementsAre("web1 up", "web1 down", "web1 up"));
}

TEST_F(IntakeTest, WhoSpeaksForAnotherIsNotHeard)
{
  client_->deliver("muster/1/result/web2", protocol::encode(message("web1", 1)));
  client_->deliver("muster/1/result/web1", "nonsense");
  settle();
  EXPECT_THAT(queued(), IsEmpty());
  EXPECT_EQ(intake_->counters().rejected, 2);
}

TEST_F(IntakeTest, AFullQueueTakesNothingUntilThereIsRoomAndThenAsksForIt)
{
  start({0ms, Intake::History::all, 0ms}, std::uint64_t{1} << 20U);
  announce("web1", 1);
  answer("web1", page({message("web1", 1)}));
  std::int64_t seq = 1;
  while (!intake_->full()) {
    auto result = message("web1", ++seq);
    result.result.details = std::string(60'000, 'x');
    publish(result);
    settle();
    ASSERT_LT(seq, 100);
  }
  publish(message("web1", seq + 1));
  settle();
  EXPECT_EQ(cursor_of("web1"), (Cursor{epoch, seq}));
  queue_->set_safe("nagios", queue_->last());
  intake_->store_soon();
  settle();
  EXPECT_FALSE(intake_->full());
  EXPECT_THAT(client_->pauses, SizeIs(1)) << "presences, and with them the ends of histories, come again";
  client_->connect();
  announce("web1", seq + 1);
  answer("web1", page({message("web1", seq + 1)}));
  settle();
  EXPECT_EQ(cursor_of("web1"), (Cursor{epoch, seq + 1}));
}

TEST_F(IntakeTest, WhatADiskDoesNotTakeIsAskedForAgain)
{
  start({0ms, Intake::History::all, 0ms}, std::uint64_t{1} << 20U);
  announce("web1", 1);
  answer("web1", page({message("web1", 1)}));
  settle();
  for (std::int64_t seq = 2; seq <= 100; ++seq) {  // at once, and more than there is room for
    auto result = message("web1", seq);
    result.result.details = std::string(60'000, 'x');
    publish(result);
  }
  settle();
  EXPECT_THAT(intake_->problem(), HasSubstr("full"));
  EXPECT_EQ(cursor_of("web1"), (Cursor{epoch, 1}));
  run_until([this] { return intake_->problem().empty(); });
  EXPECT_THAT(intake_->problem(), IsEmpty());
  client_->connect();
  announce("web1", 2);
  const auto asked = client_->published_on("muster/1/node/web1");
  EXPECT_THAT(asked.back().payload, HasSubstr("\"seq\":1"));
  answer("web1", page({message("web1", 2)}));
  settle();
  EXPECT_EQ(cursor_of("web1"), (Cursor{epoch, 2}));
}

TEST_F(IntakeTest, AForgottenNodeIsForgotten)
{
  announce("web1", 1);
  answer("web1", page({message("web1", 1)}));
  settle();
  client_->deliver("muster/1/presence/web1", "");
  settle();
  EXPECT_THAT(*queue_->nodes(), IsEmpty());
  EXPECT_THAT(queued(), SizeIs(2)) << "what it has told is still told";
}

}  // namespace
}  // namespace muster::bridge
