// SPDX-License-Identifier: Apache-2.0
//
// Requests with `detach`, and agent job, on a node whose broker the test plays.
#include <filesystem>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/job_agent.hpp"
#include "tests/support/node_on_fake.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using node::ActionCall;
using node::ActionReply;
using node::Agents;
using node::JobState;
using protocol::Outcome;
using testing::HasSubstr;

constexpr const char* work_ddl = R"({"metadata": {"name": "NAME", "version": "1.0"}, "actions": [
  {"action": "wait", "changes": false, "input": {"what": {"type": "string", "maxlength": 9, "optional": true}}}]})";

// An agent whose action `wait` ends when the test says so.
class Work {
public:
  explicit Work(asio::io_context& loop) : gate_{loop, std::chrono::steady_clock::time_point::max()} {}

  void add_to(node::Agents& agents, const std::string& name, node::Stopping stopping)
  {
    std::string text = work_ddl;
    text.replace(text.find("NAME"), 4, name);
    agents.add(
        ddl::read_document(text).value(),
        {{"wait", [this](node::ActionCall call) { return wait(call); }}},
        stopping);
  }

  void end() { gate_.cancel(); }

  int runs = 0;
  bool detached = false;
  std::chrono::steady_clock::time_point deadline;

private:
  asio::awaitable<node::ActionReply> wait(node::ActionCall call)
  {
    ++runs;
    detached = call.detached;
    deadline = call.deadline;
    co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error{asio::error::operation_aborted};
    }
    node::ActionReply reply;
    reply.data["result"] = 42;
    co_return reply;
  }

  asio::steady_timer gate_;
};

class NodeJobsTest : public testing::Test, public NodeOnFake {
protected:
  NodeJobsTest()
  {
    work.add_to(agents, "work", node::Stopping::any_time);
    work.add_to(agents, "dpkg", node::Stopping::never);
    checkagent::add_job_agent(
        agents, jobs, [this](const auto& caller, const auto& its_agent, const auto& action) {
          return node.may_call(caller, its_agent, action);
        });
    node.use(jobs);
    node.agents_changed();
    node.start();
    client.connect();
  }

  [[nodiscard]] protocol::Request detached(const std::string& id, const std::string& by = "work") const
  {
    auto asked = request(id, "wait");
    asked.agent = by;
    asked.detach = 1h;
    return asked;
  }

  protocol::Answer ask(const std::string& action, const std::string& job)
  {
    auto asked = request("ask" + std::to_string(++asked_), action);
    asked.agent = "job";
    if (!job.empty()) {
      asked.data["job"] = job;
    }
    receive(asked);
    run_until(loop, [&] { return !answers().empty() && answers().back().id == asked.id; });
    return answers().back();
  }

  Work work{loop};
  TemporaryDirectory directory;
  node::Jobs jobs{
      loop.get_executor(),
      node::JobStore{std::filesystem::path{directory.path("jobs")}, wall_clock_now()},
      agents};

private:
  int asked_ = 0;
};

TEST_F(NodeJobsTest, AJobIsAnsweredWhenItHasBegun)
{
  receive(detached("job1"));
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::done);
  EXPECT_EQ(answers()[0].status, 0);
  EXPECT_EQ(answers()[0].data.at("job"), "job1");
  EXPECT_EQ(work.runs, 1);
  EXPECT_TRUE(work.detached);
  EXPECT_GT(work.deadline, std::chrono::steady_clock::now() + 59min);
  EXPECT_EQ(ask("status", "job1").data.at("state"), "running");
}

TEST_F(NodeJobsTest, WhatItGaveIsKeptForWhoeverAsksLater)
{
  receive(detached("job1"));
  client.fail("the broker is gone");
  work.end();
  settle(loop);
  client.connect();
  const auto told = ask("result", "job1");
  EXPECT_EQ(told.data.at("state"), "done");
  EXPECT_EQ(told.data.at("data").as_object().at("result"), 42);
  EXPECT_EQ(ask("list", "").data.at("jobs").as_array().size(), 1U);
}

TEST_F(NodeJobsTest, ARequestThatComesTwiceBeginsOneJob)
{
  receive(detached("job1"));
  receive(detached("job1"));
  EXPECT_EQ(work.runs, 1);
  EXPECT_EQ(answers().back().data.at("job"), "job1");
}

TEST_F(NodeJobsTest, InputsThatBreakTheDdlBeginNothing)
{
  auto asked = detached("job1");
  asked.data["what"] = "far too long for it";
  receive(asked);
  EXPECT_EQ(answers().back().status, 4);
  EXPECT_EQ(work.runs, 0);
  EXPECT_EQ(ask("status", "job1").data.at("state"), "unknown");
}

TEST_F(NodeJobsTest, NoMoreJobsRunThanANodeCanBear)
{
  for (std::size_t i = 0; i < node::Jobs::most_running; ++i) {
    receive(detached("job" + std::to_string(i)));
  }
  receive(detached("onemore"));
  EXPECT_EQ(answers().back().outcome, Outcome::refused);
  EXPECT_EQ(answers().back().reason, protocol::Refusal::busy);
  EXPECT_EQ(ask("status", "onemore").data.at("state"), "unknown");
}

TEST_F(NodeJobsTest, ACancelledJobEndsAndSaysWhoEndedIt)
{
  receive(detached("job1"));
  const auto told = ask("cancel", "job1");
  EXPECT_EQ(told.status, 0) << told.message;
  EXPECT_EQ(told.data.at("state"), "cancelled");
  EXPECT_EQ(told.data.at("message"), "cancelled by alice@ops1");
  EXPECT_EQ(ask("cancel", "job1").data.at("state"), "cancelled") << "once more is no error";
}

TEST_F(NodeJobsTest, WhatWouldLeaveANodeHalfChangedIsNotCancelled)
{
  receive(detached("job1", "dpkg"));
  const auto told = ask("cancel", "job1");
  EXPECT_EQ(told.status, 1);
  EXPECT_THAT(told.message, HasSubstr("not stopped half way"));
  EXPECT_EQ(told.data.at("state"), "running");
  work.end();
  settle(loop);
  EXPECT_EQ(ask("status", "job1").data.at("state"), "done");
}

TEST_F(NodeJobsTest, AnAgentThatFailsFailsItsJob)
{
  auto asked = detached("job1", "test");
  asked.action = "broken";
  receive(asked);
  const auto told = ask("status", "job1");
  EXPECT_EQ(told.data.at("state"), "failed");
  EXPECT_THAT(std::string{std::string_view{told.data.at("message").as_string()}}, HasSubstr("out of luck"));
  asked = detached("job2", "test");
  asked.action = "busy";
  receive(asked);
  EXPECT_EQ(ask("status", "job2").data.at("state"), "failed");
}

TEST_F(NodeJobsTest, AChangeNeedsItsPolicyAlsoAsAJob)
{
  auto asked = detached("job1", "test");
  asked.action = "change";
  receive(asked);
  EXPECT_EQ(answers().back().reason, protocol::Refusal::policy);
  EXPECT_EQ(agent.runs, 0);
}

TEST_F(NodeJobsTest, AnUnknownJobIsNoFailure)
{
  for (const auto* action : {"status", "result", "cancel"}) {
    const auto told = ask(action, "nosuch");
    EXPECT_EQ(told.status, 0);
    EXPECT_EQ(told.data.at("state"), "unknown");
  }
}

TEST_F(NodeJobsTest, ADiskThatTakesNothingBeginsNothing)
{
  std::filesystem::remove_all(directory.path("jobs"));
  receive(detached("job1"));
  EXPECT_EQ(answers().back().status, 1);
  EXPECT_THAT(answers().back().message, HasSubstr("not begun"));
  EXPECT_EQ(work.runs, 0);
}

}  // namespace
}  // namespace muster::test
