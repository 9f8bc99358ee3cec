// SPDX-License-Identifier: Apache-2.0
#include "checkagent/tool_run.hpp"

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

using namespace std::chrono_literals;
using checkagent::RunQueue;
using checkagent::ToolCommand;
using checkagent::ToolOutput;

class ToolRunTest : public testing::Test {
protected:
  Expected<ToolOutput> run(std::vector<std::string> words, std::chrono::milliseconds wait = 60s)
  {
    std::optional<Expected<ToolOutput>> told;
    ToolCommand command{std::move(words), std::chrono::steady_clock::now() + wait, std::nullopt};
    boost::asio::co_spawn(
        loop_,
        run_tool(queue_, std::move(command)),
        [&told](const std::exception_ptr& failed, Expected<ToolOutput> output) {
          EXPECT_FALSE(failed);
          told = std::move(output);
        });
    EXPECT_TRUE(run_until(loop_, [&told] { return told.has_value(); }));
    return told.value_or(failure(ErrorCode::timed_out, "the test gave up"));
  }

  RunQueue queue_{{1, 0}};
  boost::asio::io_context loop_{1};
};

TEST_F(ToolRunTest, GivesTheArgumentsAsTheyAreWithoutAShell)
{
  const auto told = run({"/usr/bin/printf", "%s,", "$HOME", "a b", "`id`", "'; exit 7"});
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->exit_code, 0);
  EXPECT_EQ(told->text, "$HOME,a b,`id`,'; exit 7,");
}

TEST_F(ToolRunTest, TellsTheExitStatusAndWhatWasSaidOnStandardError)
{
  const auto told = run({"/usr/bin/stat", "--", "/no/such/file"});
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->exit_code, 1);
  EXPECT_NE(told->text.find("No such file or directory"), std::string::npos) << told->text;
}

TEST_F(ToolRunTest, EndsAToolAtTheDeadline)
{
  const auto told = run({"/bin/sleep", "300"}, 300ms);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::timed_out);
}

TEST_F(ToolRunTest, DoesNotBeginWithoutTime)
{
  const auto told = run({"/bin/true"}, 0ms);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::timed_out);
}

TEST_F(ToolRunTest, SaysWhenAToolCannotBeStarted)
{
  const auto told = run({"/no/such/tool"});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::not_found);
}

TEST_F(ToolRunTest, IsRefusedWhenTheQueueIsFull)
{
  std::optional<Expected<RunQueue::Permit>> place;
  boost::asio::co_spawn(
      loop_,
      queue_.enter(std::chrono::steady_clock::now() + 60s),
      [&place](const std::exception_ptr&, Expected<RunQueue::Permit> permit) { place = std::move(permit); });
  EXPECT_TRUE(run_until(loop_, [&place] { return place.has_value(); }));
  const auto told = run({"/bin/true"});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::denied);
}

}  // namespace
}  // namespace muster::test
