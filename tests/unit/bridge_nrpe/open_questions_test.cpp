// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/asking/open_questions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libmuster/protocol/check_runs.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using protocol::Outcome;
using testing::HasSubstr;

const OpenQuestions::Clock::time_point start{std::chrono::hours{1000}};

protocol::Answer answer(const std::string& id, const std::string& node, CheckState state = CheckState::ok)
{
  CheckResult result;
  result.check = "check_load";
  result.state = state;
  result.summary = "it ran";
  protocol::Answer given;
  given.id = id;
  given.node = node;
  given.status = state == CheckState::ok ? 0 : 1;
  given.message = to_string(state);
  given.data = protocol::to_json(result);
  return given;
}

struct OpenQuestionsTest : testing::Test {
  bool add(const std::string& id, const std::string& node = "web1", std::chrono::milliseconds time = 9s)
  {
    return open.add(id, {node, "check_load", {}}, start + time).has_value();
  }

  std::string next(const std::string& node = "web1", std::chrono::milliseconds later = 0ms)
  {
    const auto send = open.next(node, start + later);
    return send ? send->id : "nobody";
  }

  OpenQuestions open;
};

TEST_F(OpenQuestionsTest, AreSentWithLessTimeThanWhoeverAskedHas)
{
  add("a");
  const auto send = open.next("web1", start + 1s);
  ASSERT_TRUE(send);
  EXPECT_EQ(send->wait, 8s - OpenQuestions::way_back);
  EXPECT_EQ(send->asked.check, "check_load");
}

TEST_F(OpenQuestionsTest, OfOneNodeAreSentAFewAtATimeAndInOrder)
{
  for (std::size_t i = 0; i < OpenQuestions::most_at_node + 2; ++i) {
    add(std::to_string(100 + i));
  }
  for (std::size_t i = 0; i < OpenQuestions::most_at_node; ++i) {
    EXPECT_EQ(next(), std::to_string(100 + i));
  }
  EXPECT_EQ(next(), "nobody");
  add("other", "web2");
  EXPECT_EQ(next("web2"), "other");
  EXPECT_TRUE(open.on_answer(answer("105", "web1")));
  EXPECT_EQ(next(), std::to_string(100 + OpenQuestions::most_at_node));
  EXPECT_EQ(next(), "nobody");
}

TEST_F(OpenQuestionsTest, AreNotSentWhenTheirTimeIsAsGoodAsOver)
{
  add("late", "web1", 1s);
  add("early");
  EXPECT_EQ(next("web1", 900ms), "early");
  EXPECT_EQ(open.give_up("late"), "web1 was not asked: others who ask it have not been answered in time");
}

TEST_F(OpenQuestionsTest, ThatAreGivenUpLeaveTheirPlaceToOthers)
{
  for (std::size_t i = 0; i < OpenQuestions::most_at_node; ++i) {
    add(std::to_string(100 + i));
    next();
  }
  add("waits");
  add("leaves");
  EXPECT_EQ(open.give_up("100"), "web1 has not answered in time");
  open.give_up("leaves");
  EXPECT_EQ(next(), "waits");
  EXPECT_EQ(next(), "nobody");
  EXPECT_EQ(open.size(), OpenQuestions::most_at_node);
}

TEST_F(OpenQuestionsTest, AreSettledOnceByTheNodeThatWasAsked)
{
  add("a");
  EXPECT_FALSE(open.on_answer(answer("a", "web1"))) << "it was not sent yet";
  next();
  EXPECT_FALSE(open.on_answer(answer("a", "web2")));
  EXPECT_FALSE(open.on_answer(answer("b", "web1")));
  auto running = answer("a", "web1");
  running.outcome = Outcome::running;
  EXPECT_FALSE(open.on_answer(running));
  const auto settled = open.on_answer(answer("a", "web1", CheckState::critical));
  ASSERT_TRUE(settled && settled->result);
  EXPECT_EQ(settled->result->state, CheckState::critical);
  EXPECT_EQ(settled->result->summary, "it ran");
  EXPECT_FALSE(open.on_answer(answer("a", "web1")));
  EXPECT_EQ(open.size(), 0U);
}

TEST_F(OpenQuestionsTest, ThatNodesHaveAreAskedForAgainBehindALostConnection)
{
  add("sent");
  next();
  add("old", "web2", 3s);
  next("web2");
  add("waits", "web3");
  const auto again = open.again(start + 4s);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, "sent");
  EXPECT_EQ(again[0].wait, 5s - OpenQuestions::way_back);
}

TEST_F(OpenQuestionsTest, AreBounded)
{
  for (std::size_t i = 0; i < OpenQuestions::most; ++i) {
    EXPECT_TRUE(add(std::to_string(i), "web" + std::to_string(i % 100)));
  }
  EXPECT_FALSE(add("one more"));
}

TEST(AnswersOfNodes, SayWhyThereIsNoResult)
{
  auto refused = answer("a", "web1");
  refused.outcome = Outcome::refused;
  refused.message = "policy: nagios-bridge@mon1 may not\nrun this";
  EXPECT_EQ(
      result_of(refused).error().message, "web1 refuses: policy: nagios-bridge@mon1 may not\\nrun this");
  auto invalid = answer("a", "web1");
  invalid.status = 4;
  invalid.message = "data.args: too long";
  EXPECT_EQ(result_of(invalid).error().message, "web1 cannot run it: data.args: too long");
  auto empty = answer("a", "web1");
  empty.data = {};
  EXPECT_THAT(result_of(empty).error().message, HasSubstr("web1 gave no result"));
}

}  // namespace
}  // namespace muster::bridge
