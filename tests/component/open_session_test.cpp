// SPDX-License-Identifier: Apache-2.0
#include "libmuster/fleet/open_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

using namespace std::chrono_literals;
using fleet::Fate;
using fleet::FleetReport;
using fleet::Question;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// One real node with its agent, on the fake broker.
struct Member {
  Member(boost::asio::io_context& loop, FakeBroker& broker, const std::string& name, const Operator& alice)
      : client{broker.make_client()}, agent{loop}
  {
    agent.add_to(agents);
    node = std::make_unique<node::Node>(loop.get_executor(), *client, NodeOnFake::named(name), agents);
    node->trust(alice.trusted());
    node->start();
    settle(loop);
  }

  std::unique_ptr<FakeMqttClient> client;
  TestAgent agent;
  node::Agents agents;
  std::unique_ptr<node::Node> node;
};

class OpenSessionTest : public testing::Test {
protected:
  static Question question(const std::string& action = "echo", std::vector<std::string> nodes = {})
  {
    Question question;
    question.agent = "test";
    question.action = action;
    question.nodes = std::move(nodes);
    question.wait = 400ms;
    return question;
  }

  // Its id.
  std::string ask(Question question, std::chrono::milliseconds at_most = 10s)
  {
    auto filter = CompiledFilter::compile(question.filter);
    return session_.ask(
        std::move(question), std::move(*filter), at_most, [this](Expected<FleetReport> report) {
          reports_.push_back(std::move(report));
        });
  }

  bool are_over(std::size_t count)
  {
    return run_until(loop_, [this, count] { return reports_.size() >= count; });
  }

  [[nodiscard]] static std::map<std::string, Fate> fates(const FleetReport& report)
  {
    std::map<std::string, Fate> fates;
    for (const auto& node : report.nodes) {
      fates[node.name] = node.fate;
    }
    return fates;
  }

  boost::asio::io_context loop_{1};
  FakeBroker broker_{loop_.get_executor()};
  Operator alice_;
  std::unique_ptr<FakeMqttClient> client_ = broker_.make_client();
  fleet::OpenSession session_{loop_.get_executor(), *client_, {alice_.key(), protocol::Topics{}, "session1"}};
  std::vector<Expected<FleetReport>> reports_;
};

TEST_F(OpenSessionTest, AsksAgainAndAgainOverOneSessionAndKnowsWhoIsThere)
{
  Member web1{loop_, broker_, "web1", alice_};
  Member web2{loop_, broker_, "web2", alice_};
  session_.start();
  for (std::size_t i = 1; i <= 3; ++i) {
    ask(question());
    ASSERT_TRUE(are_over(i));
    ASSERT_TRUE(reports_.back());
    EXPECT_THAT(fates(*reports_.back()), ElementsAre(Pair("web1", Fate::done), Pair("web2", Fate::done)));
    EXPECT_TRUE(reports_.back()->roll_call_complete);
  }
  EXPECT_EQ(client_->published_on("muster/1/reply/alice@ops1/session1/alice@ops1").size(), 1U)
      << "one roll-call for all";
}

TEST_F(OpenSessionTest, QuestionsAtOnceEachGetTheirOwnAnswers)
{
  Member web1{loop_, broker_, "web1", alice_};
  Member web2{loop_, broker_, "web2", alice_};
  session_.start();
  ask(question("echo", {"web1"}));
  ask(question("echo", {"web2"}));
  ask(question());
  ASSERT_TRUE(are_over(3));
  std::vector<std::size_t> sizes;
  for (const auto& report : reports_) {
    ASSERT_TRUE(report);
    EXPECT_EQ(report->account.done, report->nodes.size());
    EXPECT_EQ(report->duplicates, 0U);
    sizes.push_back(report->nodes.size());
  }
  EXPECT_THAT(sizes, testing::UnorderedElementsAre(1U, 1U, 2U));
  EXPECT_EQ(session_.open(), 0U);
}

TEST_F(OpenSessionTest, ANodeThatIsGoneIsKnownToBeWithoutAWait)
{
  Member web1{loop_, broker_, "web1", alice_};
  session_.start();
  ask(question());
  ASSERT_TRUE(are_over(1));
  broker_.kill(*web1.client);
  settle(loop_);
  ask(question("echo", {"web1"}), 1h);
  ASSERT_TRUE(are_over(2));
  ASSERT_TRUE(reports_.back());
  EXPECT_THAT(fates(*reports_.back()), ElementsAre(Pair("web1", Fate::gone)));
}

TEST_F(OpenSessionTest, WithoutABrokerInTimeItSaysSo)
{
  broker_.go_down();
  session_.start();
  ask(question(), 50ms);
  ASSERT_TRUE(are_over(1));
  ASSERT_FALSE(reports_.front());
  EXPECT_EQ(reports_.front().error().code, ErrorCode::timed_out);
  EXPECT_THAT(reports_.front().error().message, HasSubstr("no broker has answered in time"));
}

TEST_F(OpenSessionTest, AQuestionOfBeforeTheBrokerIsAskedWhenItIsThere)
{
  Member web1{loop_, broker_, "web1", alice_};
  ask(question());
  settle(loop_);
  session_.start();
  ASSERT_TRUE(are_over(1));
  ASSERT_TRUE(reports_.front());
  EXPECT_THAT(fates(*reports_.front()), ElementsAre(Pair("web1", Fate::done)));
}

TEST_F(OpenSessionTest, WhatHasNotComeInTimeIsAccountedFor)
{
  Member web1{loop_, broker_, "web1", alice_};
  session_.start();
  ask(question("slow"), 200ms);
  ASSERT_TRUE(are_over(1));
  ASSERT_TRUE(reports_.front());
  EXPECT_EQ(reports_.front()->account.done, 0U);
  EXPECT_EQ(reports_.front()->account.late + reports_.front()->account.lost, 1U);
  web1.agent.open_the_gate();
  settle(loop_);
}

TEST_F(OpenSessionTest, ASessionThatFallsAndStandsAgainLosesNoQuestion)
{
  Member web1{loop_, broker_, "web1", alice_};
  session_.start();
  settle(loop_);
  ask(question("slow"));
  settle(loop_);
  broker_.go_down();
  settle(loop_);
  broker_.come_back();
  settle(loop_);
  web1.agent.open_the_gate();
  ASSERT_TRUE(are_over(1));
  ASSERT_TRUE(reports_.front());
  EXPECT_THAT(fates(*reports_.front()), ElementsAre(Pair("web1", Fate::done)));
}

TEST_F(OpenSessionTest, WhatIsForgottenIsNotTold)
{
  Member web1{loop_, broker_, "web1", alice_};
  session_.start();
  session_.forget(ask(question()));
  ask(question());
  ASSERT_TRUE(are_over(1));
  settle(loop_);
  EXPECT_EQ(reports_.size(), 1U);
}

TEST_F(OpenSessionTest, ABrokerThatLetsNobodyHearAnswersIsSaidAtOnce)
{
  broker_.denied.insert("muster/1/reply/alice@ops1/session1/+");
  session_.start();
  settle(loop_);
  ask(question(), 1h);
  ask(question(), 1h);
  ASSERT_TRUE(are_over(2));
  for (const auto& report : reports_) {
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::denied);
  }
}

}  // namespace
}  // namespace muster::test
