// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/reply_cache.hpp"

#include <gtest/gtest.h>

namespace muster::node {
namespace {

using namespace std::chrono_literals;
using Known = ReplyCache::Known;

constexpr Time start{1'700'000'000'000ms};

ReplyCache::Key key(std::size_t number)
{
  return {"alice@ops1", "id" + std::to_string(number)};
}

// Takes and answers a request that is valid for a minute.
void answer(ReplyCache& cache, std::size_t number, const std::string& text, Time now = start)
{
  ASSERT_TRUE(cache.begin(key(number), now + 1min, now));
  cache.finish(key(number), text);
}

TEST(ReplyCache, KnowsNothingAtFirst)
{
  const ReplyCache cache;
  EXPECT_EQ(cache.look_up(key(1)), Known::no);
}

TEST(ReplyCache, GoesFromRunningToAnswered)
{
  ReplyCache cache;
  EXPECT_TRUE(cache.begin(key(1), start + 1min, start));
  EXPECT_EQ(cache.look_up(key(1)), Known::running);
  cache.finish(key(1), "done");
  EXPECT_EQ(cache.look_up(key(1)), Known::answered);
  EXPECT_EQ(cache.answer(key(1)), "done");
  EXPECT_EQ(cache.look_up(key(2)), Known::no);
}

TEST(ReplyCache, KeepsTheFirstOfTwoAnswers)
{
  ReplyCache cache;
  answer(cache, 1, "first");
  cache.finish(key(1), "second");
  EXPECT_EQ(cache.answer(key(1)), "first");
}

TEST(ReplyCache, IgnoresAnAnswerToWhatItDoesNotKnow)
{
  ReplyCache cache;
  cache.finish(key(1), "done");
  EXPECT_EQ(cache.look_up(key(1)), Known::no);
}

TEST(ReplyCache, DropsTheOldestAnswerBeyondTheirNumber)
{
  ReplyCache cache;
  for (std::size_t i = 0; i < ReplyCache::max_replies; ++i) {
    answer(cache, i, "x");
  }
  EXPECT_EQ(cache.look_up(key(0)), Known::answered);
  answer(cache, 1000, "x");
  EXPECT_EQ(cache.look_up(key(0)), Known::answer_dropped);
  EXPECT_EQ(cache.look_up(key(1)), Known::answered);
  EXPECT_EQ(cache.look_up(key(1000)), Known::answered);
}

TEST(ReplyCache, DropsTheOldestAnswersBeyondTheirBytes)
{
  ReplyCache cache;
  const std::string quarter(ReplyCache::max_bytes / 4, 'x');
  for (std::size_t i = 0; i < 4; ++i) {
    answer(cache, i, quarter);
  }
  EXPECT_EQ(cache.look_up(key(0)), Known::answered) << "exactly full";
  answer(cache, 4, "y");
  EXPECT_EQ(cache.look_up(key(0)), Known::answer_dropped);
  EXPECT_EQ(cache.look_up(key(1)), Known::answered);
  answer(cache, 5, std::string(ReplyCache::max_bytes, 'z'));
  EXPECT_EQ(cache.look_up(key(4)), Known::answer_dropped);
  EXPECT_EQ(cache.look_up(key(5)), Known::answered);
}

TEST(ReplyCache, ForgetsWhatHasExpiredAndCountsItsRoomFree)
{
  ReplyCache cache;
  const std::string half(ReplyCache::max_bytes / 2, 'x');
  answer(cache, 1, half);
  answer(cache, 2, half);
  const Time later = start + 61s;
  answer(cache, 3, half, later);
  EXPECT_EQ(cache.look_up(key(1)), Known::no);
  answer(cache, 4, half, later);
  EXPECT_EQ(cache.look_up(key(3)), Known::answered);
  EXPECT_EQ(cache.look_up(key(4)), Known::answered);
}

TEST(ReplyCache, RemembersUntilTheLastMomentAndAsLongAsItRuns)
{
  ReplyCache cache;
  ASSERT_TRUE(cache.begin(key(1), start + 1min, start));
  answer(cache, 2, "x");
  ASSERT_TRUE(cache.begin(key(3), start + 2min, start + 1min));
  EXPECT_EQ(cache.look_up(key(2)), Known::answered);
  ASSERT_TRUE(cache.begin(key(4), start + 1h, start + 30min));
  EXPECT_EQ(cache.look_up(key(2)), Known::no);
  EXPECT_EQ(cache.look_up(key(1)), Known::running);
}

TEST(ReplyCache, ForgetsAnswersThatWereDroppedToo)
{
  ReplyCache cache;
  for (std::size_t i = 0; i <= ReplyCache::max_replies; ++i) {
    answer(cache, i, "x");
  }
  ASSERT_EQ(cache.look_up(key(0)), Known::answer_dropped);
  answer(cache, 1000, "x", start + 2min);
  EXPECT_EQ(cache.look_up(key(0)), Known::no);
}

TEST(ReplyCache, ExtendsButNeverShortens)
{
  ReplyCache cache;
  answer(cache, 1, "x");
  cache.extend(key(1), start + 10min);
  cache.extend(key(1), start + 5min);
  cache.extend(key(2), start + 10min);
  answer(cache, 3, "x", start + 9min);
  EXPECT_EQ(cache.look_up(key(1)), Known::answered);
  EXPECT_EQ(cache.look_up(key(2)), Known::no);
}

// One of four callers in turn.
ReplyCache::Key key_of_four(std::size_t number)
{
  return {"caller" + std::to_string(number % 4) + "@ops1", "id" + std::to_string(number)};
}

TEST(ReplyCache, TakesNoMoreIdsThanItHasRoomFor)
{
  ReplyCache cache;
  for (std::size_t i = 0; i < ReplyCache::max_ids; ++i) {
    ASSERT_TRUE(cache.begin(key_of_four(i), start + 1min, start));
  }
  const auto refused = cache.begin(key(0), start + 1min, start);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::denied);
  EXPECT_TRUE(refused.error().message.starts_with("the last 16384 requests must")) << refused.error().message;
  cache.finish(key_of_four(0), "x");
  EXPECT_FALSE(cache.begin(key(0), start + 1min, start + 1min));
  EXPECT_TRUE(cache.begin(key(0), start + 3min, start + 2min)) << "one has expired";
}

TEST(ReplyCache, TakesNoMoreIdsOfOneCallerThanItsShareAndLeavesRoomForTheRest)
{
  ReplyCache cache;
  for (std::size_t i = 0; i < ReplyCache::max_ids_of_one_caller; ++i) {
    ASSERT_TRUE(cache.begin(key(i), start + 1min, start));
  }
  const auto refused = cache.begin(key(ReplyCache::max_ids), start + 1min, start);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("the last 4096 requests of alice@ops1 must"))
      << refused.error().message;
  EXPECT_TRUE(cache.begin(key_of_four(0), start + 1min, start));
  cache.finish(key(0), "x");
  EXPECT_TRUE(cache.begin(key(ReplyCache::max_ids), start + 3min, start + 2min)) << "one has expired";
}

TEST(ReplyCache, CountsTheShareOfACallerDownAlsoForAnswersThatWereDropped)
{
  ReplyCache cache;
  for (std::size_t i = 0; i < ReplyCache::max_ids_of_one_caller; ++i) {
    answer(cache, i, "x");
  }
  for (std::size_t i = 0; i < ReplyCache::max_ids_of_one_caller; ++i) {
    answer(cache, i, "x", start + 2min);
  }
  EXPECT_FALSE(cache.begin(key(ReplyCache::max_ids), start + 3min, start + 2min));
}

TEST(ReplyCache, GoesOnForgettingAfterTheClockWasSetBack)
{
  ReplyCache cache;
  answer(cache, 1, "x", start + 24h);  // a clock that was a day ahead
  answer(cache, 2, "x", start);
  answer(cache, 3, "x", start + 2min);
  EXPECT_EQ(cache.look_up(key(1)), Known::answered) << "by its date it is still valid";
  for (std::size_t i = 0; i <= ReplyCache::max_replies; ++i) {
    answer(cache, 10 + i, "x", start + 2min);
  }
  EXPECT_EQ(cache.look_up(key(1)), Known::answer_dropped);
  answer(cache, 1000, "x", start + 4min);
  EXPECT_EQ(cache.look_up(key(10)), Known::no) << "the clean-up did not wait for the old clock";
}

}  // namespace
}  // namespace muster::node
