// SPDX-License-Identifier: Apache-2.0
//
// What people do to many problems at once.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/fleet_book.hpp"

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};

struct ManyProblems : testing::Test {
  ManyProblems()
  {
    take_result("web1", CheckState::critical);
    take_result("web2", CheckState::critical);
    take_result("web3", CheckState::ok);
    book.take_news();
  }

  void take_result(const std::string& node, CheckState state)
  {
    fleet::ResultStream::Taken taken;
    taken.message.node = node;
    taken.message.epoch = 1;
    taken.message.seq = 1;
    taken.message.now = noon;
    taken.message.result = {"load", state, "LOAD", "", "", noon - 1s, noon, "collector@mon1"};
    book.take(taken, noon);
  }

  static std::vector<Acknowledgement> of(const std::vector<std::string>& nodes)
  {
    std::vector<Acknowledgement> all;
    for (const auto& node : nodes) {
      all.emplace_back();
      all.back().node = node;
      all.back().check = "load";
      all.back().caller = "alice";
      all.back().set = noon;
    }
    return all;
  }

  [[nodiscard]] std::size_t acknowledged() const { return book.state().acknowledgements().all().size(); }

  FleetBook book;
};

}  // namespace

TEST_F(ManyProblems, AreAcknowledgedAndTakenBackInOneBatch)
{
  ASSERT_TRUE(book.acknowledge(of({"web1", "web2"})));
  auto news = book.take_news();
  EXPECT_THAT(news.events, SizeIs(2));
  EXPECT_THAT(news.care.value(), SizeIs(2));
  ASSERT_TRUE(book.unacknowledge({{"web1", "load"}, {"web2", "load"}}, "bob", noon + 1s));
  news = book.take_news();
  EXPECT_THAT(news.events, SizeIs(2));
  EXPECT_THAT(news.care.value(), IsEmpty());
}

TEST_F(ManyProblems, AreNotAcknowledgedIfOneOfThemCannotBeWhereverItStands)
{
  const auto refused = [this](const std::vector<std::string>& nodes) {
    const auto done = book.acknowledge(of(nodes));
    return done ? "done" : done.error().message;
  };
  EXPECT_EQ(refused({"web1", "web2", "nobody"}), "nothing is known of load of nobody");
  EXPECT_EQ(refused({"web1", "web3", "web2"}), "load of web3 is OK: nothing to acknowledge");
  EXPECT_EQ(acknowledged(), 0U);
  EXPECT_TRUE(book.take_news().empty());
}

TEST_F(ManyProblems, StayAcknowledgedIfOneOfThemIsNot)
{
  ASSERT_TRUE(book.acknowledge(of({"web1"})));
  book.take_news();
  const auto done = book.unacknowledge({{"web1", "load"}, {"web2", "load"}}, "bob", noon + 1s);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "nobody has acknowledged load of web2");
  EXPECT_EQ(acknowledged(), 1U);
  EXPECT_TRUE(book.take_news().empty());
}

TEST_F(ManyProblems, AreExpectedTogetherOrNotAtAll)
{
  Downtime downtime;
  downtime.id = "d1";
  downtime.nodes = {"web1"};
  downtime.start = noon;
  downtime.end = noon + 1h;
  auto over = downtime;
  over.id = "d2";
  over.end = noon - 1h;
  EXPECT_FALSE(book.add_downtimes({downtime, over}, noon));
  EXPECT_TRUE(book.take_news().empty());
  over.end = downtime.end;
  ASSERT_TRUE(book.add_downtimes({downtime, over}, noon));
  EXPECT_THAT(book.take_news().care.value(), SizeIs(2));
}

}  // namespace muster::collector
