// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/result_stream.hpp"

#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace muster::fleet {
namespace {

using namespace std::chrono_literals;
using protocol::Cursor;
using protocol::NodeState;
using protocol::RecorderPage;
using protocol::ResultMessage;
using Output = ResultStream::Output;

const ResultStream::Clock::time_point start{};

ResultMessage result(std::int64_t epoch, std::int64_t seq, const std::string& node = "web1")
{
  ResultMessage message;
  message.node = node;
  message.epoch = epoch;
  message.seq = seq;
  return message;
}

protocol::Presence presence(Cursor at, NodeState state = NodeState::up, const std::string& node = "web1")
{
  protocol::Presence presence;
  presence.name = node;
  presence.state = state;
  presence.epoch = at.epoch;
  presence.seq = at.seq;
  return presence;
}

// Results FIRST to LAST of epoch 1, and the head after the last of them.
RecorderPage page(std::int64_t first, std::int64_t last)
{
  RecorderPage page;
  for (auto seq = first; seq <= last; ++seq) {
    page.results.push_back(result(1, seq));
  }
  page.head = {1, last};
  return page;
}

// "1.3 1.4r gap(1.4-1.9)": what was taken, replayed ones with an r.
std::string text_of(const std::vector<Output>& outputs)
{
  const auto at = [](Cursor cursor) {
    return std::to_string(cursor.epoch) + "." + std::to_string(cursor.seq);
  };
  std::string text;
  for (const auto& output : outputs) {
    text += text.empty() ? "" : " ";
    if (const auto* taken = std::get_if<ResultStream::Taken>(&output)) {
      text += at(taken->message.cursor());
      text += taken->replayed ? "r" : "";
    } else {
      const auto& gap = std::get<ResultStream::Gap>(output);
      text += "gap(" + at(gap.after);
      text += "-" + at(gap.until) + ")";
    }
  }
  return text;
}

// A stream that has taken results 1 to 3 of epoch 1 of web1.
class AResultStream : public testing::Test {
protected:
  AResultStream()
  {
    stream.restore("web1", {1, 2});
    stream.on_presence(presence({1, 2}));
    stream.on_result(result(1, 3));
  }

  [[nodiscard]] std::vector<Cursor> asked_since(ResultStream::Clock::time_point now = start)
  {
    std::vector<Cursor> cursors;
    for (const auto& fetch : stream.fetches(now)) {
      cursors.push_back(fetch.since);
    }
    return cursors;
  }

  ResultStream stream;
};

TEST_F(AResultStream, TakesResultsThatFollowOneAnotherAsTheyCome)
{
  EXPECT_EQ(text_of(stream.on_result(result(1, 4))), "1.4");
  EXPECT_EQ(text_of(stream.on_result(result(1, 5))), "1.5");
  EXPECT_EQ(stream.cursor("web1"), (Cursor{1, 5}));
  EXPECT_TRUE(asked_since().empty());
}

TEST_F(AResultStream, TakesNothingTwice)
{
  EXPECT_EQ(text_of(stream.on_result(result(1, 3))), "");
  EXPECT_EQ(text_of(stream.on_result(result(1, 1))), "");
  EXPECT_TRUE(asked_since().empty());
}

TEST_F(AResultStream, AsksForWhatAJumpInTheSequenceHasLeftOut)
{
  EXPECT_EQ(text_of(stream.on_result(result(1, 6))), "");
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{1, 3}}));
  EXPECT_EQ(text_of(stream.on_page("web1", page(4, 6), start)), "1.4r 1.5r 1.6r");
  EXPECT_EQ(stream.behind(), 0U);
}

TEST_F(AResultStream, AsksForWhatAPresenceIsAheadOf)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{1, 3}}));
}

TEST_F(AResultStream, AsksANodeOnceAtATime)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  stream.on_result(result(1, 9));
  EXPECT_TRUE(asked_since().empty());
}

TEST_F(AResultStream, FollowsPagesToTheirEnd)
{
  stream.on_presence(presence({1, 8}));
  EXPECT_EQ(asked_since().size(), 1U);
  auto first = page(4, 6);
  first.more = true;
  first.head = {1, 8};
  EXPECT_EQ(text_of(stream.on_page("web1", first, start)), "1.4r 1.5r 1.6r");
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{1, 6}}));
  EXPECT_EQ(text_of(stream.on_page("web1", page(7, 8), start)), "1.7r 1.8r");
  EXPECT_TRUE(asked_since().empty());
}

TEST_F(AResultStream, TakesWhatCameWhileItAskedAfterThePage)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  EXPECT_EQ(text_of(stream.on_result(result(1, 6))), "");
  EXPECT_EQ(text_of(stream.on_result(result(1, 7))), "");
  EXPECT_EQ(text_of(stream.on_page("web1", page(4, 5), start)), "1.4r 1.5r 1.6 1.7");
  EXPECT_TRUE(asked_since().empty()) << "that they came after the head of the page is no gap";
}

TEST_F(AResultStream, AsksAgainForWhatItCouldNotHold)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  const auto many = static_cast<std::int64_t>(ResultStream::most_held) + 3;
  for (std::int64_t seq = 6; seq < 6 + many; ++seq) {
    stream.on_result(result(1, seq));
  }
  EXPECT_EQ(stream.on_page("web1", page(4, 5), start).size(), 2 + ResultStream::most_held);
  EXPECT_EQ(asked_since().size(), 1U);
  EXPECT_EQ(text_of(stream.on_page("web1", page(22, 24), start)), "1.22r 1.23r 1.24r");
}

TEST_F(AResultStream, AsksWhenANodeHasBegunANewEpoch)
{
  EXPECT_EQ(text_of(stream.on_result(result(2, 1))), "") << "the old epoch may have had a fourth";
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{1, 3}}));
  RecorderPage both;
  both.results = {result(1, 4), result(2, 1)};
  both.head = {2, 1};
  EXPECT_EQ(text_of(stream.on_page("web1", both, start)), "1.4r 2.1r");
}

TEST_F(AResultStream, LearnsFromAnEmptyPageThatNothingWasMissed)
{
  stream.on_presence(presence({2, 0}));
  EXPECT_EQ(asked_since().size(), 1U);
  RecorderPage empty;
  empty.head = {2, 0};
  EXPECT_EQ(text_of(stream.on_page("web1", empty, start)), "");
  EXPECT_EQ(text_of(stream.on_result(result(2, 1))), "2.1");
}

TEST_F(AResultStream, TellsAGapThatTheNodeCannotFill)
{
  stream.on_presence(presence({1, 9}));
  EXPECT_EQ(asked_since().size(), 1U);
  auto late = page(7, 9);
  late.gap = true;
  EXPECT_EQ(text_of(stream.on_page("web1", late, start)), "1.7r 1.8r 1.9r gap(1.3-1.9)");
  EXPECT_EQ(text_of(stream.on_result(result(1, 10))), "1.10");
}

TEST_F(AResultStream, TellsAGapWhenTheNodeHasLostWhatItHad)
{
  stream.on_presence(presence({1, 9}));
  EXPECT_EQ(asked_since().size(), 1U);
  EXPECT_EQ(text_of(stream.on_page("web1", page(4, 5), start)), "1.4r 1.5r gap(1.3-1.9)");
  EXPECT_TRUE(asked_since().empty()) << "asking again brings nothing";
}

TEST_F(AResultStream, AsksANodeThatGaveNoPageAgainLaterAndLater)
{
  stream.on_presence(presence({1, 5}));
  auto now = start;
  for (const auto wait : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    EXPECT_EQ(asked_since(now).size(), 1U);
    stream.on_page("web1", failure(ErrorCode::timed_out, "no answer"), now);
    EXPECT_EQ(stream.next_retry(), now + wait);
    EXPECT_TRUE(asked_since(now + wait - 1s).empty());
    now += wait;
  }
  stream.on_presence(presence({1, 5}, NodeState::gone));
  EXPECT_TRUE(asked_since(now).empty()) << "nobody is there to ask";
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since(now).size(), 1U) << "back again: at once";
}

TEST_F(AResultStream, AsksNobodyThatWasForgottenWhileItWaitedToBeAskedAgain)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  stream.on_page("web1", failure(ErrorCode::timed_out, "no answer"), start);
  EXPECT_TRUE(stream.next_retry());
  stream.forget("web1");
  EXPECT_FALSE(stream.next_retry());
  EXPECT_TRUE(asked_since(start + 1h).empty());
}

TEST_F(AResultStream, AsksNobodyAgainWhoseResultsCameInTheMeantime)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  stream.on_page("web1", failure(ErrorCode::timed_out, "no answer"), start);
  for (const auto seq : {4, 5}) {
    EXPECT_FALSE(stream.on_result(result(1, seq)).empty());
  }
  EXPECT_FALSE(stream.next_retry());
  EXPECT_TRUE(asked_since(start + 1h).empty());
}

TEST_F(AResultStream, TakesNoPageThatGoesBackOrInCirclesOrSpeaksForOthers)
{
  RecorderPage foreign = page(4, 5);
  foreign.results[0].node = "web2";
  RecorderPage unsorted = page(4, 5);
  std::swap(unsorted.results[0], unsorted.results[1]);
  RecorderPage endless;
  endless.more = true;
  auto now = start;
  for (const auto& wrong : {foreign, unsorted, page(3, 5), endless}) {
    stream.on_presence(presence({1, 5}));
    EXPECT_EQ(asked_since(now).size(), 1U);
    EXPECT_EQ(text_of(stream.on_page("web1", wrong, now)), "");
    EXPECT_EQ(stream.cursor("web1"), (Cursor{1, 3}));
    now += 1h;
  }
}

TEST_F(AResultStream, AsksAgainAfterANewSessionWithTheBroker)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  stream.on_disconnected();
  EXPECT_TRUE(asked_since().empty()) << "it is not known who is up";
  EXPECT_EQ(text_of(stream.on_page("web1", page(4, 5), start)), "") << "an answer to nobody";
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{1, 3}}));
}

TEST_F(AResultStream, AsksEveryNodeOnceInANewSessionBecausePresencesAreOld)
{
  stream.on_disconnected();
  stream.on_presence(presence({1, 3}));
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{1, 3}}));
  EXPECT_EQ(text_of(stream.on_page("web1", page(4, 5), start)), "1.4r 1.5r");
  EXPECT_TRUE(asked_since().empty());
  stream.on_disconnected();
  stream.on_presence(presence({1, 3}));
  EXPECT_EQ(text_of(stream.on_result(result(1, 6))), "1.6");
  EXPECT_TRUE(asked_since().empty()) << "one that follows proves that nothing came between";
}

TEST_F(AResultStream, AsksForTheWholeHistoryOfANodeThatItDoesNotKnow)
{
  stream.on_presence(presence({7, 2}, NodeState::up, "new1"));
  EXPECT_EQ(asked_since(), std::vector<Cursor>({{0, 0}}));
}

TEST_F(AResultStream, AsksAFewNodesAtATimeAndEachInItsTurn)
{
  for (int number = 0; number < 120; ++number) {
    stream.on_presence(presence({1, 5}, NodeState::up, "n" + std::to_string(number)));
  }
  std::set<std::string> asked;
  for (int round = 0; round < 3; ++round) {
    const auto fetches = stream.fetches(start);
    EXPECT_LE(fetches.size(), ResultStream::most_fetches);
    for (const auto& fetch : fetches) {
      asked.insert(fetch.node);
      stream.on_page(fetch.node, failure(ErrorCode::timed_out, "no answer"), start);
    }
  }
  EXPECT_EQ(asked.size(), 120U);
}

TEST_F(AResultStream, ForgetsANodeWithWhatItWasAsked)
{
  stream.on_presence(presence({1, 5}));
  EXPECT_EQ(asked_since().size(), 1U);
  stream.forget("web1");
  EXPECT_EQ(stream.cursor("web1"), Cursor{});
  EXPECT_EQ(text_of(stream.on_page("web1", page(4, 5), start)), "");
}

// A node that records and publishes, a way that loses, repeats and delays what it likes, and a reader that
// dies and comes back with what it had stored.
TEST(ResultsWithoutGaps, ArriveEachOnceAndInOrderWhateverTheWayDoes)
{
  std::mt19937 random{20261123};
  const auto chance = [&random](unsigned percent) { return random() % 100 < percent; };
  std::vector<ResultMessage> recorded;
  std::vector<Cursor> stored;
  auto stream = std::make_unique<ResultStream>();
  std::int64_t epoch = 1;
  std::int64_t seq = 0;
  const auto store = [&stored](const std::vector<Output>& outputs) {
    for (const auto& output : outputs) {
      stored.push_back(std::get<ResultStream::Taken>(output).message.cursor());
    }
  };
  const auto answer = [&](const ResultStream::Fetch& fetch) {
    RecorderPage page;
    for (const auto& message : recorded) {
      if (message.cursor() > fetch.since && page.results.size() < 7) {
        page.results.push_back(message);
      }
    }
    page.more = !page.results.empty() && page.results.back().cursor() < recorded.back().cursor();
    page.head = recorded.empty() ? Cursor{epoch, 0} : std::max(Cursor{epoch, 0}, recorded.back().cursor());
    return page;
  };
  auto now = start;
  for (int step = 0; step < 6'000; ++step, now += 1s) {
    if (chance(2)) {
      ++epoch;
      seq = 0;
    }
    recorded.push_back(result(epoch, ++seq));
    if (chance(80)) {
      store(stream->on_result(recorded.back()));
    }
    if (chance(5)) {
      store(stream->on_result(recorded[random() % recorded.size()]));
    }
    if (chance(1)) {
      stream = std::make_unique<ResultStream>();
      stream->restore("web1", stored.empty() ? Cursor{} : stored.back());
    }
    if (chance(2)) {
      stream->on_disconnected();
    }
    if (chance(10)) {
      stream->on_presence(presence({epoch, seq}));
    }
    for (const auto& fetch : stream->fetches(now)) {
      const auto given = answer(fetch);
      if (chance(30)) {
        recorded.push_back(result(epoch, ++seq));
        store(stream->on_result(recorded.back()));
      }
      if (chance(90)) {
        store(stream->on_page("web1", given, now));
      } else {
        store(stream->on_page("web1", failure(ErrorCode::timed_out, "lost"), now));
      }
    }
  }
  now += 1h;
  stream->on_presence(presence({epoch, seq}));
  for (int rounds = 0; stream->behind() > 0 && rounds < 20'000; ++rounds) {
    for (const auto& fetch : stream->fetches(now)) {
      store(stream->on_page("web1", answer(fetch), now));
    }
  }
  std::vector<Cursor> expected;
  expected.reserve(recorded.size());
  for (const auto& message : recorded) {
    expected.push_back(message.cursor());
  }
  EXPECT_EQ(stored, expected);
}

}  // namespace
}  // namespace muster::fleet
