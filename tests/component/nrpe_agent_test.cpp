// SPDX-License-Identifier: Apache-2.0
#include "checkagent/nrpe_agent.hpp"

#include <map>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include "libmuster/protocol/check_runs.hpp"
#include "tests/support/node_on_fake.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::test {
namespace {

using namespace std::chrono_literals;
using checkagent::CommandTable;
using checkagent::NrpeAgent;
using checkagent::RunLimits;
using checkagent::RunQueue;
using node::ActionCall;
using node::ActionReply;

// The agent over real processes; the plugins are what every Debian has in /bin.
class NrpeAgentTest : public testing::Test {
protected:
  explicit NrpeAgentTest(RunLimits limits = {4, 64}) : queue_{limits}
  {
    define("check_ok", "/bin/echo 'OK - fine | load=1;2;3'");
    define("check_bad", "/bin/sh -c 'echo CRITICAL - bad; exit 2'");
    define("check_args", "/bin/echo OK - got $ARG1$ and $ARG2$");
    define("check_slow", "/bin/sleep 300");
    define("check_absent", "/nonexistent/check_it");
    agent_.add_to(agents_);
  }

  void define(const std::string& name, const std::string& line)
  {
    table_.commands[name] = {name, line, "nrpe.cfg", 1};
    use();
  }

  void use() { agent_.use(table_, {}); }

  // Starts an action; its reply goes to the list of replies.
  void start(const std::string& action, protocol::json::object data, std::chrono::milliseconds wait = 60s)
  {
    node::ActionCall call;
    call.request.agent = "nrpe";
    call.request.action = action;
    call.request.caller = caller_;
    call.request.data = std::move(data);
    call.deadline = std::chrono::steady_clock::now() + wait;
    boost::asio::co_spawn(
        loop_,
        agents_.run(std::move(call)),
        [this](const std::exception_ptr& failed, node::ActionReply reply) {
          EXPECT_FALSE(failed);
          replies_.push_back(std::move(reply));
        });
  }

  node::ActionReply reply_to(
      const std::string& action, protocol::json::object data, std::chrono::milliseconds wait = 60s)
  {
    const auto before = replies_.size();
    start(action, std::move(data), wait);
    EXPECT_TRUE(run_until(loop_, [&] { return replies_.size() > before; }));
    return replies_.size() > before ? replies_.back() : node::ActionReply{};
  }

  node::ActionReply reply_to_check(const std::string& name, std::chrono::milliseconds wait = 60s)
  {
    return reply_to("runcommand", {{"command", name}}, wait);
  }

  static std::vector<CheckResult> runs(const node::ActionReply& reply)
  {
    auto runs = protocol::check_runs_from_json(reply.data);
    EXPECT_TRUE(runs) << runs.error().message;
    return runs.value_or(std::vector<CheckResult>{});
  }

  static CheckResult run_of(const node::ActionReply& reply)
  {
    const auto all = runs(reply);
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? CheckResult{} : all.front();
  }

  RunQueue queue_;
  boost::asio::io_context loop_{1};
  CommandTable table_;
  std::string caller_ = "alice@ops1";
  std::vector<CheckResult> results_;  // those that are check results
  std::vector<node::ActionReply> replies_;
  NrpeAgent agent_{queue_, 64 * 1024, [this](const CheckResult& result) { results_.push_back(result); }};
  node::Agents agents_;
  const TemporaryDirectory folder_;
};

TEST_F(NrpeAgentTest, RunsACheck)
{
  const auto reply = reply_to_check("check_ok");
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.message, "OK");
  const auto run = run_of(reply);
  EXPECT_EQ(run.check, "check_ok");
  EXPECT_EQ(run.state, CheckState::ok);
  EXPECT_EQ(run.summary, "OK - fine");
  EXPECT_EQ(run.perfdata, "load=1;2;3");
  EXPECT_LE(run.started, run.finished);
  EXPECT_NE(run.started, std::chrono::system_clock::time_point{});
}

TEST_F(NrpeAgentTest, TellsTheStateInStatusAndMessage)
{
  const auto reply = reply_to_check("check_bad");
  EXPECT_EQ(reply.status, 1);
  EXPECT_EQ(reply.message, "CRITICAL");
  EXPECT_EQ(run_of(reply).state, CheckState::critical);
}

TEST_F(NrpeAgentTest, SaysThatACheckIsNotDefined)
{
  const auto reply = reply_to_check("check_nosuch");
  const auto run = run_of(reply);
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_NE(run.summary.find("check_nosuch"), std::string::npos);
  EXPECT_FALSE(reply.data.contains("started")) << "so that it is not taken for a plugin that said UNKNOWN";
  EXPECT_EQ(reply.status, 1);
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentTest, SaysThatAPluginIsMissingAndThatIsAResult)
{
  EXPECT_EQ(run_of(reply_to_check("check_absent")).state, CheckState::unknown);
  EXPECT_EQ(results_.size(), 1U);
}

TEST_F(NrpeAgentTest, RefusesArgumentsUnlessNrpeCfgLetsThemIn)
{
  const protocol::json::object data{{"command", "check_args"}, {"args", "one!two"}};
  const auto refused = run_of(reply_to("runcommand", data));
  EXPECT_EQ(refused.state, CheckState::unknown);
  EXPECT_NE(refused.summary.find("dont_blame_nrpe"), std::string::npos) << refused.summary;
  table_.settings.dont_blame_nrpe = true;
  use();
  EXPECT_EQ(run_of(reply_to("runcommand", data)).summary, "OK - got one and two");
}

TEST_F(NrpeAgentTest, RefusesNastyArguments)
{
  table_.settings.dont_blame_nrpe = true;
  use();
  for (const std::string nasty : {"a;id", "$(id)", "`id`", "a\nb", "a|b"}) {
    const auto run = run_of(reply_to("runcommand", {{"command", "check_args"}, {"args", nasty}}));
    EXPECT_EQ(run.state, CheckState::unknown) << nasty;
    EXPECT_EQ(run.summary.find("got"), std::string::npos) << run.summary;
  }
}

TEST_F(NrpeAgentTest, MakesAResultOnlyOfADefinedCheckWithoutArguments)
{
  table_.settings.dont_blame_nrpe = true;
  use();
  reply_to("runcommand", {{"command", "check_args"}, {"args", "one"}});
  reply_to_check("check_nosuch");
  reply_to_check("_NRPE_CHECK");
  EXPECT_TRUE(results_.empty());
  reply_to("runcommand", {{"command", "check_ok"}, {"args", ""}});
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(results_[0].check, "check_ok");
  EXPECT_EQ(results_[0].origin, "alice@ops1");
}

// What a schedule asks for that has arguments.
class NrpeAgentForASchedule : public NrpeAgentTest {
protected:
  NrpeAgentForASchedule()
  {
    table_.settings.dont_blame_nrpe = true;
    use();
    caller_ = "collector@mon1";
  }

  node::ActionReply reply_to_named(
      const std::string& as,
      const std::string& arguments = "one!two",
      const std::string& check = "check_args")
  {
    return reply_to("runcommand", {{"command", check}, {"args", arguments}, {"as", as}});
  }
};

TEST_F(NrpeAgentForASchedule, MakesARunWithArgumentsAResultOfTheNameThatItGives)
{
  const auto run = run_of(reply_to_named("args_one_two"));
  EXPECT_EQ(run.check, "check_args") << "who asked knows it by that name";
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(results_[0].check, "args_one_two");
  EXPECT_EQ(results_[0].summary, "OK - got one and two");
  EXPECT_EQ(results_[0].origin, "collector@mon1");
}

TEST_F(NrpeAgentForASchedule, TakesNoNameThatIsNoneOrThatOfACheckOrForARunWithoutArguments)
{
  EXPECT_EQ(reply_to_named("check_ok").status, 4);
  EXPECT_EQ(
      reply_to_named("check_ok").message, "data.as: check_ok is a check of this node: choose another name");
  EXPECT_EQ(reply_to_named("name", "").status, 4);
  for (const std::string bad : {"../etc", ".hidden", "a b", "a/b", "a\nb"}) {
    EXPECT_EQ(reply_to_named(bad).status, 4) << bad;
  }
  EXPECT_EQ(reply_to_named(std::string(65, 'x')).status, 4);
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentForASchedule, TakesANameFromACollectorOnly)
{
  for (const std::string caller : {"alice@ops1", "nagios-bridge@mon1", "Collector@mon1"}) {
    caller_ = caller;
    const auto reply = reply_to_named("args_one_two");
    EXPECT_EQ(reply.refused, protocol::Refusal::policy) << caller;
    EXPECT_NE(reply.message.find("only a collector gives runs a name"), std::string::npos) << reply.message;
  }
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentForASchedule, RefusesWhatNrpeCfgDoesNotLetIn)
{
  table_.settings.dont_blame_nrpe = false;
  use();
  const auto reply = reply_to_named("args_one_two");
  EXPECT_EQ(reply.refused, protocol::Refusal::policy);
  EXPECT_NE(reply.message.find("dont_blame_nrpe"), std::string::npos) << reply.message;
  const auto elsewhere = reply_to_named("args_one_two", "one", "check_nosuch");
  EXPECT_FALSE(elsewhere.refused) << "a node without the check is not meant, whatever its nrpe.cfg lets in";
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentTest, SaysWhatIsMissingOrWrong)
{
  struct {
    std::string action;
    protocol::json::object data;
    int status;
  } const rows[] = {
      {"runcommand", {}, 3},
      {"runcommands", {}, 3},
      {"runcommands", {{"commands", protocol::json::array{}}}, 3},
      {"runcommand", {{"command", 7}}, 4},
      {"runcommand", {{"command", std::string(257, 'x')}}, 4},
      {"runcommand", {{"command", "check_ok"}, {"args", std::string(2049, 'x')}}, 4},
      {"runcommands", {{"commands", "check_ok"}}, 4},
      {"runcommands", {{"commands", protocol::json::array(257, "check_ok")}}, 4},
      {"runcommands", {{"commands", {"check_ok", nullptr}}}, 4},
  };

  for (const auto& row : rows) {
    const auto reply = reply_to(row.action, row.data);
    EXPECT_EQ(reply.status, row.status) << row.action;
    EXPECT_FALSE(reply.message.empty());
    EXPECT_TRUE(reply.data.empty());
  }
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentTest, RunsSeveralChecksInTheirOrderAndTellsTheWorst)
{
  const auto reply =
      reply_to("runcommands", {{"commands", {"check_ok", "check_nosuch", "check_bad", "check_ok"}}});
  const auto all = runs(reply);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].check, "check_ok");
  EXPECT_EQ(all[1].check, "check_nosuch");
  EXPECT_EQ(all[1].state, CheckState::unknown);
  EXPECT_EQ(all[2].state, CheckState::critical);
  EXPECT_EQ(all[3].state, CheckState::ok);
  EXPECT_EQ(reply.status, 1);
  EXPECT_EQ(reply.message, "CRITICAL");
  EXPECT_EQ(results_.size(), 3U);
}

TEST_F(NrpeAgentTest, RunsAllThatIsDefined)
{
  table_.commands.erase("check_slow");
  use();
  const auto all = runs(reply_to("runallcommands", {}));
  EXPECT_EQ(all.size(), 4U);
}

TEST_F(NrpeAgentTest, DoesNotPassForWellWhenNothingIsDefined)
{
  table_.commands.clear();
  use();
  const auto reply = reply_to("runallcommands", {});
  EXPECT_EQ(reply.status, 1);
  EXPECT_EQ(reply.message, "no checks are defined here");
  EXPECT_TRUE(runs(reply).empty());
}

TEST_F(NrpeAgentTest, ListsItsChecksAndRunsNone)
{
  const auto reply = reply_to("listcommands", {});
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(
      reply.data.at("checks"),
      (protocol::json::array{"check_absent", "check_args", "check_bad", "check_ok", "check_slow"}));
  EXPECT_EQ(reply.data.at("left_out"), 0);
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentTest, SaysHowManyNamesOfChecksOneAnswerHasNoRoomFor)
{
  for (int number = 1000; number < 2000; ++number) {
    table_.commands["check_" + std::string(200, 'x') + std::to_string(number)] = {};
  }
  use();
  const auto reply = reply_to("listcommands", {});
  const auto told = reply.data.at("checks").as_array().size();
  EXPECT_GT(told, 500U);
  EXPECT_EQ(reply.data.at("left_out"), 1005 - told);
}

TEST_F(NrpeAgentTest, RunsHundredsOfChecksOfWhichEachTellsItsState)
{
  table_.commands.clear();
  const std::string says(300, 'x');
  for (int i = 0; i < 400; ++i) {
    const auto name = "check_" + std::to_string(i);
    const auto line = i == 300 ? "echo " + says + "; exit 2" : "/bin/echo " + says;
    table_.commands[name] = {name, line, "nrpe.cfg", 1};
  }
  use();
  protocol::Answer answer;
  answer.id = "1";
  answer.node = "web1";
  const auto reply = reply_to("runallcommands", {});
  answer.data = reply.data;
  const auto all =
      protocol::check_runs_from_json(protocol::parse_answer(protocol::encode(answer)).value().data).value();
  std::map<CheckState, int> counts;
  for (const auto& run : all) {
    ++counts[run.state];
    EXPECT_TRUE(run.state == CheckState::ok || run.summary == says) << run.summary;
  }
  EXPECT_EQ(counts, (std::map<CheckState, int>{{CheckState::ok, 399}, {CheckState::critical, 1}}));
  EXPECT_EQ(reply.message, "CRITICAL");
  EXPECT_EQ(results_.size(), 400U);
}

TEST_F(NrpeAgentTest, SaysHowManyChecksAreTooManyForOneAnswer)
{
  table_.commands.clear();
  for (int i = 0; i < 600; ++i) {
    const auto name = std::to_string(1000 + i) + std::string(246, 'n');
    table_.commands[name] = {name, "/bin/true", "nrpe.cfg", 1};
  }
  use();
  const auto reply = reply_to("runallcommands", {});
  const auto all = runs(reply);
  const auto left_out = protocol::checks_left_out(reply.data);
  EXPECT_GT(all.size(), 400U);
  EXPECT_EQ(all.size() + left_out, 600U);
  EXPECT_EQ(results_.size(), all.size());
  EXPECT_EQ(reply.status, 1);
  EXPECT_EQ(reply.message, "UNKNOWN") << "nobody knows of the rest";
}

// Each of the two waits until it sees the other.
TEST_F(NrpeAgentTest, RunsSeveralChecksAtTheSameTime)
{
  const auto script = folder_.write_script(
      "meet.sh", "#!/bin/sh\ntouch $1\nwhile [ ! -e $2 ]; do sleep 0.02; done\necho met\n");
  const auto a = folder_.path("a");
  const auto b = folder_.path("b");
  table_.commands.clear();
  define("meet_a", script + " " + a + " " + b);
  define("meet_b", script + " " + b + " " + a);
  const auto all = runs(reply_to("runallcommands", {}, 20s));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].summary, "met");
  EXPECT_EQ(all[1].summary, "met");
}

TEST_F(NrpeAgentTest, SaysThatAPluginTimedOutBeforeTheAnswerIsDue)
{
  const auto run = run_of(reply_to_check("check_slow", 300ms));
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_NE(run.summary.find("timed out"), std::string::npos) << run.summary;
  EXPECT_EQ(results_.size(), 1U);
}

TEST_F(NrpeAgentTest, KeepsToTheShortestOfAllTimeouts)
{
  table_.settings.command_timeout = 1s;
  use();
  EXPECT_NE(run_of(reply_to_check("check_slow")).summary.find("timed out"), std::string::npos);
  table_.settings.command_timeout = 3600s;
  use();
  agent_.limit_timeout(1s);
  EXPECT_NE(run_of(reply_to_check("check_slow", 1h)).summary.find("timed out"), std::string::npos);
}

TEST_F(NrpeAgentTest, DoesNotStartWhatHasNoTimeLeft)
{
  const auto run = run_of(reply_to_check("check_slow", -1s));
  EXPECT_EQ(run.state, CheckState::unknown);
  EXPECT_NE(run.summary.find("not run"), std::string::npos) << run.summary;
  EXPECT_TRUE(results_.empty());
}

TEST_F(NrpeAgentTest, LetsRunsUnderWayKeepWhatTheyHad)
{
  define("check_wait", "/bin/sh -c 'sleep 0.2; echo OK - old'");
  start("runcommand", {{"command", "check_wait"}});
  settle(loop_);
  table_.commands.clear();
  use();
  ASSERT_TRUE(run_until(loop_, [&] { return !replies_.empty(); }));
  EXPECT_EQ(run_of(replies_[0]).summary, "OK - old");
  EXPECT_EQ(results_.size(), 1U) << "it was defined when it began";
}

class NarrowNrpeAgent : public NrpeAgentTest {
protected:
  NarrowNrpeAgent() : NrpeAgentTest{{1, 1}} {}
};

TEST_F(NarrowNrpeAgent, RefusesAsBusyWhenTheQueueIsFull)
{
  start("runcommand", {{"command", "check_slow"}}, 2s);
  start("runcommand", {{"command", "check_slow"}}, 2s);
  settle(loop_);
  const auto reply = reply_to_check("check_ok");
  EXPECT_EQ(reply.refused, protocol::Refusal::busy);
  const auto several = reply_to("runcommands", {{"commands", {"check_ok", "check_bad"}}});
  EXPECT_EQ(several.refused, protocol::Refusal::busy);
  EXPECT_TRUE(results_.empty());
  ASSERT_TRUE(run_until(loop_, [&] { return replies_.size() == 4; }));
  EXPECT_FALSE(replies_[2].refused);
  EXPECT_FALSE(replies_[3].refused);
}

// A request for many checks does not fill the queue, so none of them is refused and others get their turn.
TEST_F(NarrowNrpeAgent, RunsMoreChecksThanTheQueueHolds)
{
  const protocol::json::array many(20, "check_ok");
  start("runcommands", {{"commands", many}});
  settle(loop_);
  EXPECT_EQ(run_of(reply_to_check("check_bad")).state, CheckState::critical);
  ASSERT_TRUE(run_until(loop_, [&] { return replies_.size() == 2; }));
  for (const auto& run : runs(replies_[1])) {
    EXPECT_EQ(run.state, CheckState::ok) << run.summary;
  }
}

TEST_F(NarrowNrpeAgent, SaysWhichChecksGotNoTurn)
{
  const auto all = runs(reply_to("runcommands", {{"commands", {"check_slow", "check_ok"}}}, 300ms));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_NE(all[0].summary.find("timed out"), std::string::npos) << all[0].summary;
  EXPECT_EQ(all[1].state, CheckState::unknown);
}

}  // namespace
}  // namespace muster::test
