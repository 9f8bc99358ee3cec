// SPDX-License-Identifier: Apache-2.0
//
// Requests whose filter hangs on data functions: the gate lets them through, the node finds out and answers.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

namespace asio = boost::asio;
using node::DataFunctions;
using node::FunctionRequest;
using protocol::Outcome;
using protocol::Refusal;
using protocol::ReplyMode;

// A node whose data functions are played by the test: `nrpe` gives exit code 0, `service` waits for the gate,
// the others fail as their names are set up.
class ConditionalRequest : public testing::Test, public NodeOnFake {
protected:
  ConditionalRequest()
  {
    functions.add(
        "nrpe", [this](node::FunctionRequest request) -> asio::awaitable<Expected<FunctionOutputs>> {
          asked.push_back("nrpe " + request.argument + " for " + request.caller);
          co_return FunctionOutputs{{"exitcode", FactValue{std::int64_t{0}}}};
        });
    functions.add(
        "service", [this](node::FunctionRequest request) -> asio::awaitable<Expected<FunctionOutputs>> {
          asked.push_back("service " + request.argument);
          co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
          co_return FunctionOutputs{{"status", FactValue{std::string{"running"}}}};
        });
    functions.add("package", [](node::FunctionRequest) -> asio::awaitable<Expected<FunctionOutputs>> {
      co_return failure(ErrorCode::not_found, "this node has no dpkg-query and no rpm");
    });
    functions.add("fstat", [](node::FunctionRequest) -> asio::awaitable<Expected<FunctionOutputs>> {
      co_return failure(ErrorCode::denied, "busy: the queue is full");
    });
    functions.add("agent", [](node::FunctionRequest) -> asio::awaitable<Expected<FunctionOutputs>> {
      throw std::runtime_error{"out of luck"};
      co_return FunctionOutputs{};
    });
    node.use(functions);
    node.start();
    client.connect();
    Facts facts;
    facts.set("country", FactValue{std::string{"uk"}});
    node.set_facts(std::move(facts), std::vector<std::string>{"apache"});
  }

  protocol::Request ask(const std::string& id, const std::string& compound)
  {
    auto one = request(id, "echo");
    one.filter.compound = compound;
    receive(one);
    return one;
  }

  Outcome outcome_of(const std::string& compound)
  {
    ask("a" + std::to_string(answers().size()), compound);
    return answers().empty() ? Outcome::running : answers().back().outcome;
  }

  node::DataFunctions functions;
  std::vector<std::string> asked;
  asio::steady_timer gate{loop, std::chrono::steady_clock::time_point::max()};
};

TEST_F(ConditionalRequest, RunsWhenItsDataFunctionsSaySo)
{
  EXPECT_EQ(outcome_of("country=uk and nrpe('check_load').exitcode=0"), Outcome::done);
  EXPECT_EQ(agent.runs, 1);
  EXPECT_EQ(asked, std::vector<std::string>{"nrpe check_load for alice@ops1"});
}

TEST_F(ConditionalRequest, IsNotMeantWhenTheySayOtherwise)
{
  EXPECT_EQ(outcome_of("nrpe('check_load').exitcode>0"), Outcome::not_meant);
  EXPECT_EQ(agent.runs, 0);
  EXPECT_EQ(node.counters().not_meant, 1U);
}

TEST_F(ConditionalRequest, AsksNothingThatCannotChangeTheVerdict)
{
  EXPECT_EQ(outcome_of("country=de and nrpe('a').exitcode=0"), Outcome::not_meant);
  EXPECT_EQ(outcome_of("apache or nrpe('a').exitcode=0"), Outcome::done);
  EXPECT_TRUE(asked.empty());
  EXPECT_EQ(outcome_of("nrpe('a').exitcode=1 and nrpe('b').exitcode=0"), Outcome::not_meant);
  EXPECT_EQ(asked.size(), 1U) << "the first one has decided";
}

TEST_F(ConditionalRequest, AsksTheSameOnlyOnce)
{
  EXPECT_EQ(outcome_of("nrpe('a').exitcode<1 and nrpe('a').exitcode>=0"), Outcome::done);
  EXPECT_EQ(asked.size(), 1U);
}

TEST_F(ConditionalRequest, SaysThatItIsRunningWhileItIsFoundOut)
{
  const auto asking = ask("a1", "service('ssh').status=running");
  EXPECT_TRUE(answers().empty());
  receive(asking);
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::running);
  gate.cancel();
  settle(loop);
  ASSERT_EQ(answers().size(), 2U);
  EXPECT_EQ(answers()[1].outcome, Outcome::done);
  EXPECT_EQ(asked.size(), 1U) << "asking again does not begin anew";
}

TEST_F(ConditionalRequest, IsAnsweredAgainAsItWasAlsoWhenItWasNotMeant)
{
  const auto asking = ask("a1", "nrpe('a').exitcode=3");
  receive(asking);
  ASSERT_EQ(answers().size(), 2U);
  EXPECT_EQ(answers()[0].outcome, Outcome::not_meant);
  EXPECT_EQ(answers()[1].outcome, Outcome::not_meant);
  EXPECT_EQ(asked.size(), 1U);
}

TEST_F(ConditionalRequest, IsNotMeantWhenThisNodeCannotTell)
{
  EXPECT_EQ(outcome_of("package('nginx').installed=true"), Outcome::not_meant);
  EXPECT_EQ(answers().back().message, "package('nginx'): this node has no dpkg-query and no rpm");
  EXPECT_EQ(outcome_of("not package('nginx').installed=true"), Outcome::not_meant) << "no guess either";
  EXPECT_EQ(outcome_of("agent('nrpe').version=1"), Outcome::not_meant) << "a function that throws";
  EXPECT_EQ(outcome_of("collective('main').member=true"), Outcome::not_meant) << "one that is not there";
  EXPECT_EQ(outcome_of("package('nginx').installed=true or apache"), Outcome::done);
}

TEST_F(ConditionalRequest, IsRefusedAsBusyWhenTheNodeCouldTellAtAnotherTime)
{
  EXPECT_EQ(outcome_of("package('nginx').installed=true or fstat('/a').size>0"), Outcome::refused);
  EXPECT_EQ(answers().back().reason, Refusal::busy);
  EXPECT_EQ(answers().back().message, "filter: fstat('/a'): busy: the queue is full");
  EXPECT_EQ(agent.runs, 0);
}

TEST_F(ConditionalRequest, IsDecidedWhenItsMomentHasComeIfItHasASplay)
{
  auto later = request("a1", "echo");
  later.filter.compound = "nrpe('a').exitcode=0";
  later.splay = std::chrono::milliseconds{1};
  receive(later);
  EXPECT_TRUE(run_until(loop, [this] { return !answers().empty(); }));
  EXPECT_EQ(answers()[0].outcome, Outcome::done);
}

TEST_F(ConditionalRequest, IsSilentToWhoOnlyWantsToHearFromThoseThatAreMeant)
{
  auto quiet = request("a1", "echo");
  quiet.filter.compound = "nrpe('a').exitcode=3";
  quiet.reply = ReplyMode::meant;
  receive(quiet);
  EXPECT_TRUE(answers().empty());
  EXPECT_EQ(asked.size(), 1U);
}

TEST_F(ConditionalRequest, WithAFilterThatCannotBeReadIsRefused)
{
  EXPECT_EQ(outcome_of("nrpe('a')"), Outcome::refused);
  EXPECT_EQ(answers().back().reason, Refusal::malformed);
  EXPECT_NE(answers().back().message.find("at character 10"), std::string::npos);
}

TEST_F(ConditionalRequest, GivesNoFirmAnswerAboutClassesThatCannotBeRead)
{
  node.set_facts({}, failure(ErrorCode::io_failure, "cannot read classes.txt"));
  EXPECT_EQ(outcome_of("mysql or nrpe('a').exitcode=1"), Outcome::refused);
  EXPECT_EQ(answers().back().reason, Refusal::policy);
  EXPECT_EQ(outcome_of("nrpe('a').exitcode=0"), Outcome::done) << "which asks for no class";
}

}  // namespace
}  // namespace muster::test
