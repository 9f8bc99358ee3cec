// SPDX-License-Identifier: Apache-2.0
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output/json_values.hpp"
#include "cli/watch/status_polling.hpp"
#include "cli/watch/watch_lines.hpp"

namespace muster::cli {
namespace {

using namespace std::chrono_literals;
using protocol::json::object;
using testing::HasSubstr;

object read(const std::string& text)
{
  return boost::json::parse(text).as_object();
}

object page(int services, int left_out, const std::string& token = "t1")
{
  object data{{"token", token}, {"left_out", left_out}};
  data["services"] = protocol::json::array(static_cast<std::size_t>(services), object{{"node", "web1"}});
  return data;
}

class WatchPolling : public testing::Test {
protected:
  static StatusPolling::Settings settings()
  {
    StatusPolling::Settings settings;
    settings.brokers = 2;
    settings.query = {{"check", "disk"}};
    return settings;
  }

  [[nodiscard]] Moment now() const { return now_; }

  void pass(std::chrono::milliseconds time)
  {
    now_.steady += time;
    now_.wall += time;
  }

  // Connected, and a collector is up.
  void begin()
  {
    polling_.on_connected(now());
    polling_.on_presence("collector@mon1", true, now());
    polling_.on_roll_call();
  }

  // The next question, which counts as asked; its action is empty if there is none.
  StatusPolling::Ask next()
  {
    auto ask = polling_.next(now());
    if (!ask) {
      return {};
    }
    id_ = std::to_string(++asked_);
    polling_.asked(id_, ask->action, now());
    return *ask;
  }

  void answer(const object& data, int status = 0)
  {
    protocol::Answer answer;
    answer.id = id_;
    answer.node = polling_.collector();
    answer.status = status;
    answer.message = status == 0 ? "OK" : "that is no filter";
    answer.data = data;
    polling_.on_answer(answer, now());
  }

  void refuse()
  {
    protocol::Answer answer;
    answer.id = id_;
    answer.node = polling_.collector();
    answer.outcome = protocol::Outcome::refused;
    answer.message = "your key is not known";
    polling_.on_answer(answer, now());
  }

  // One question, and its answer.
  void ask_and_answer(const object& data)
  {
    ASSERT_EQ(next().action, "status");
    answer(data);
  }

  Moment now_{Clock::time_point{1000s}, WallClock{1'000'000s}};
  StatusPolling polling_{settings(), now_};
  int asked_ = 0;
  std::string id_;
};

TEST_F(WatchPolling, AsksAtOnceAndThenFromTimeToTime)
{
  begin();
  const auto first = next();
  EXPECT_EQ(first.collector, "collector@mon1");
  EXPECT_EQ(first.data, read(R"({"check":"disk"})"));
  EXPECT_EQ(next().action, "") << "one question is under way";
  answer(page(1, 0));
  EXPECT_EQ(next().action, "");
  EXPECT_EQ(polling_.next_event(), now().steady + 2s);
  pass(2s);
  EXPECT_EQ(text_in(next().data, "known"), "t1");
}

TEST_F(WatchPolling, KeepsWhatWasToldWhenNothingHasChanged)
{
  begin();
  ask_and_answer(page(3, 0));
  pass(2s);
  ask_and_answer({{"unchanged", true}, {"token", "t1"}});
  EXPECT_EQ(polling_.told()->version, 1U);
  EXPECT_EQ(polling_.told()->at.wall, now().wall);
  EXPECT_EQ(array_in(polling_.told()->status, "services").size(), 3U);
  pass(2s);
  ask_and_answer(page(0, 0, "t2"));
  EXPECT_EQ(polling_.told()->version, 2U);
}

TEST_F(WatchPolling, ReadsAllPagesBeforeAnythingIsShown)
{
  begin();
  ask_and_answer(page(300, 150));
  EXPECT_FALSE(polling_.told());
  const auto second = next();
  EXPECT_EQ(number_in(second.data, "from"), 300);
  answer(page(150, 0));
  EXPECT_EQ(array_in(polling_.told()->status, "services").size(), 450U);
  pass(2s);
  EXPECT_EQ(text_in(next().data, "known"), "t1");
}

TEST_F(WatchPolling, AsksForAllAgainWhenThePagesAreNotOfOneMoment)
{
  begin();
  ask_and_answer(page(300, 150));
  ask_and_answer(page(150, 0, "t2"));
  pass(2s);
  EXPECT_EQ(next().data, read(R"({"check":"disk"})"));
}

TEST_F(WatchPolling, DoesNotReadMoreThanAnybodyWould)
{
  begin();
  ask_and_answer(page(600, 9000));
  ask_and_answer(page(600, 8400));
  EXPECT_TRUE(polling_.told());
  EXPECT_EQ(next().action, "");
  EXPECT_EQ(number_in(polling_.told()->status, "left_out"), 8400);
}

TEST_F(WatchPolling, SaysSinceWhenThereIsNoAnswerAndGoesOnAsking)
{
  begin();
  ask_and_answer(page(1, 0));
  EXPECT_FALSE(polling_.silence(now()));
  pass(2s);
  EXPECT_EQ(next().action, "status");
  pass(3s);
  EXPECT_FALSE(polling_.silence(now()));
  pass(1ms);
  ASSERT_TRUE(polling_.silence(now()));
  EXPECT_EQ(polling_.silence(now())->since, WallClock{1'000'000s});
  pass(7s);
  EXPECT_EQ(next().action, "status") << "it is asked anew";
  EXPECT_EQ(polling_.silence(now())->why, "it gave no answer in 10 s");
  answer(page(1, 0));
  EXPECT_FALSE(polling_.silence(now()));
}

TEST_F(WatchPolling, IgnoresTheAnswerToAQuestionThatIsGivenUp)
{
  begin();
  EXPECT_EQ(next().action, "status");
  const auto old = id_;
  pass(10s);
  EXPECT_EQ(next().action, "status");
  EXPECT_TRUE(polling_.hopeless()) << "it has never answered";
  id_ = old;
  answer(page(1, 0));
  EXPECT_FALSE(polling_.told());
}

TEST_F(WatchPolling, AsksAtOnceWhenTheConnectionIsBack)
{
  begin();
  ask_and_answer(page(1, 0));
  polling_.on_lost({ErrorCode::disconnected, "the broker is away"}, now());
  EXPECT_EQ(polling_.silence(now())->why, "the broker is away");
  EXPECT_EQ(next().action, "");
  EXPECT_EQ(polling_.next_event(), Clock::time_point::max());
  polling_.on_connected(now());
  polling_.on_presence("collector@mon1", true, now());
  EXPECT_EQ(next().action, "status");
  EXPECT_FALSE(polling_.hopeless());
}

TEST_F(WatchPolling, AsksAtOnceWhenTheCollectorIsBack)
{
  begin();
  ask_and_answer(page(1, 0));
  pass(2s);
  EXPECT_EQ(next().action, "status");
  polling_.on_presence("collector@mon1", false, now());
  EXPECT_EQ(polling_.silence(now())->why, "no collector is up (not up: collector@mon1)");
  EXPECT_EQ(next().action, "");
  polling_.on_presence("collector@mon1", true, now());
  EXPECT_EQ(next().action, "status");
}

TEST_F(WatchPolling, AsksAnotherCollectorWhenOneIsGone)
{
  begin();
  polling_.on_presence("collector@mon2", true, now());
  polling_.on_presence("nagios-bridge@mon1", true, now());
  ask_and_answer(page(1, 0));
  pass(2s);
  EXPECT_EQ(next().collector, "collector@mon1");
  polling_.on_presence("collector@mon1", false, now());
  EXPECT_EQ(next().collector, "collector@mon2");
  polling_.on_presence("collector@mon1", true, now());
  EXPECT_EQ(polling_.collector(), "collector@mon2") << "it stays with one that answers";
}

TEST_F(WatchPolling, AsksOnlyTheOneThatIsNamed)
{
  auto named = settings();
  named.collector = "collector@mon2";
  polling_ = StatusPolling{named, now()};
  begin();
  ASSERT_TRUE(polling_.hopeless());
  EXPECT_EQ(polling_.hopeless()->message, "collector@mon2 is not up");
}

TEST_F(WatchPolling, GivesUpWhenNoBrokerCanBeReachedFromTheStart)
{
  polling_.on_lost({ErrorCode::disconnected, "refused"}, now());
  EXPECT_FALSE(polling_.hopeless()) << "there is a second one";
  polling_.on_lost({ErrorCode::disconnected, "refused, too"}, now());
  EXPECT_EQ(polling_.hopeless()->code, ErrorCode::disconnected);
}

TEST_F(WatchPolling, GivesUpWhenNobodyIsThereOrItRefuses)
{
  polling_.on_connected(now());
  EXPECT_FALSE(polling_.hopeless());
  polling_.on_roll_call();
  EXPECT_THAT(polling_.hopeless()->message, HasSubstr("no collector is up"));
  polling_ = StatusPolling{settings(), now()};
  begin();
  EXPECT_EQ(next().action, "status");
  refuse();
  EXPECT_EQ(polling_.hopeless()->code, ErrorCode::denied);
}

TEST_F(WatchPolling, KeepsWhatIsThereWhenItRefusesLater)
{
  begin();
  ask_and_answer(page(1, 0));
  pass(2s);
  EXPECT_EQ(next().action, "status");
  refuse();
  EXPECT_FALSE(polling_.hopeless());
  pass(10s);
  EXPECT_EQ(polling_.silence(now())->why, "it refuses: your key is not known");
  EXPECT_EQ(next().action, "status");
}

TEST_F(WatchPolling, SaysWhatIsWrongWithAnotherQuestion)
{
  begin();
  ask_and_answer(page(1, 0));
  polling_.ask_for({{"select", 1}}, now());
  EXPECT_EQ(next().data, read(R"({"select":1})")) << "at once, and all of it";
  answer({}, 4);
  EXPECT_EQ(polling_.complaint(), "that is no filter");
  EXPECT_FALSE(polling_.hopeless());
  polling_.ask_for({}, now());
  EXPECT_EQ(polling_.complaint(), "");
}

TEST_F(WatchPolling, IsAWrongQuestionFromTheStart)
{
  begin();
  EXPECT_EQ(next().action, "status");
  answer({}, 4);
  EXPECT_EQ(polling_.hopeless()->code, ErrorCode::invalid_input);
}

TEST_F(WatchPolling, TellsEverythingAboutACheckAsLongAsItIsLookedAt)
{
  begin();
  ask_and_answer(page(1, 0));
  polling_.tell_about(StatusPolling::Subject{"web1", "disk"}, now());
  auto ask = next();
  EXPECT_EQ(ask.action, "history");
  EXPECT_EQ(ask.data, read(R"({"node":"web1","check":"disk","most":10})"));
  answer({{"service", 1}});
  EXPECT_TRUE(polling_.details().contains("service"));
  pass(2s);
  ask_and_answer(page(1, 0));
  EXPECT_EQ(next().action, "history") << "it follows";
  polling_.tell_about({}, now());
  EXPECT_TRUE(polling_.details().empty());
  EXPECT_EQ(next().action, "status");
}

TEST_F(WatchPolling, AsksNothingWhileItIsHeld)
{
  begin();
  ask_and_answer(page(1, 0));
  polling_.pause(true, now());
  pass(60s);
  EXPECT_EQ(next().action, "");
  EXPECT_FALSE(polling_.silence(now()));
  polling_.pause(false, now());
  EXPECT_EQ(next().action, "status");
}

TEST_F(WatchPolling, PrintsALineForEachChangeAndForSilence)
{
  WatchLines lines;
  EXPECT_EQ(lines.next(polling_, now()), "");
  begin();
  ask_and_answer(page(1, 0));
  EXPECT_EQ(
      lines.next(polling_, now()),
      R"({"command": "watch", "time": 1000000000, "collector": "collector@mon1", "left_out": 0, )"
      R"("services": [{"node": "web1"}]})"
      "\n");
  EXPECT_EQ(lines.next(polling_, now()), "");
  pass(2s);
  ask_and_answer({{"unchanged", true}});
  EXPECT_EQ(lines.next(polling_, now()), "");
  polling_.on_lost({ErrorCode::disconnected, "a\x1b[2J"}, now());
  EXPECT_EQ(
      lines.next(polling_, now()),
      R"({"command": "watch", "time": 1000002000, "collector": "collector@mon1", "silent_since": 1000002000, )"
      R"("why": "a\u001b[2J"})"
      "\n");
  EXPECT_EQ(lines.next(polling_, now()), "");
  begin();
  ask_and_answer({{"unchanged", true}});
  EXPECT_THAT(lines.next(polling_, now()), HasSubstr("services")) << "it is as it was, and known again";
}

}  // namespace
}  // namespace muster::cli
