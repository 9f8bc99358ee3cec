// SPDX-License-Identifier: Apache-2.0
#include "cli/output/job_report.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t began = 1'795'000'000'000;
const OutputOptions plain{TextStyle{}};

json::object told(const std::string& state)
{
  json::object data{
      {"job", "abc"},
      {"caller", "alice@ops1"},
      {"agent", "package"},
      {"action", "update"},
      {"state", state},
      {"started", began},
      {"deadline", began + 3'600'000},
      {"inputs", {{"package", "nginx"}}}};
  if (state != "running") {
    data["finished"] = began + 5000;
    data["status"] = state == "done" ? 0 : 1;
    data["message"] = state == "done" ? "OK" : "no such package";
    data["data"] = {{"ensure", "1.2"}};
  }
  return data;
}

fleet::NodeAccount answered(const std::string& name, json::object data, int status = 0)
{
  fleet::NodeAccount node;
  node.name = name;
  node.fate = fleet::Fate::done;
  node.answer.emplace();
  node.answer->node = name;
  node.answer->now = protocol::Time{std::chrono::milliseconds{began + 65'000}};
  node.answer->status = status;
  node.answer->message = status == 0 ? "OK" : "job abc belongs to bob@ops2";
  node.answer->data = std::move(data);
  return node;
}

fleet::NodeAccount lost(const std::string& name)
{
  fleet::NodeAccount node;
  node.name = name;
  return node;
}

fleet::FleetReport report_of(std::vector<fleet::NodeAccount> nodes)
{
  fleet::FleetReport report;
  report.roll_call_complete = true;
  for (auto& node : nodes) {
    count(report.account, node.fate);
    report.nodes.push_back(std::move(node));
  }
  return report;
}

int status_of(const std::vector<fleet::NodeAccount>& nodes)
{
  const auto report = report_of(nodes);
  return job_exit_status(make_job("abc", report), report, {});
}

TEST(TheStatusOfAJob, SaysWhetherItIsOverAndWell)
{
  const auto done = answered("web1", told("done"));
  const auto unknown = answered("db1", {{"job", "abc"}, {"state", "unknown"}});
  EXPECT_EQ(status_of({done}), 0);
  EXPECT_EQ(status_of({done, unknown}), 0) << "a node that was never asked to begin it";
  EXPECT_EQ(status_of({unknown}), 1);
  EXPECT_EQ(status_of({done, answered("web2", told("running"))}), exit_job_runs);
  EXPECT_EQ(status_of({answered("web2", told("running")), answered("web3", told("failed"))}), 2);
  EXPECT_EQ(status_of({done, answered("web2", told("interrupted"))}), 2);
  EXPECT_EQ(status_of({done, answered("web2", told("cancelled"))}), 2);
  EXPECT_EQ(status_of({done, lost("web2")}), 2) << "nobody knows how it is there";
  EXPECT_EQ(status_of({lost("web2")}), 3);
}

TEST(TheStatusOfACancel, IsGoodWhenTheJobRunsNowhere)
{
  const auto status = [](const std::vector<fleet::NodeAccount>& nodes) {
    const auto report = report_of(nodes);
    return cancel_exit_status(make_job("abc", report), report, {});
  };
  EXPECT_EQ(status({answered("web1", told("cancelled")), answered("web2", told("done"))}), 0);
  EXPECT_EQ(status({answered("web1", told("cancelled")), answered("web2", told("running"), 1)}), 2);
  EXPECT_EQ(status({answered("web1", {}, 1)}), 2);
}

TEST(AJob, ShowsTheFailedBeforeThoseThatRunAndLeavesOutTheDone)
{
  const auto report = report_of(
      {answered("web1", told("done")), answered("web2", told("running")), answered("web3", told("failed"))});
  const auto text = job_text(make_job("abc", report), report, plain);
  EXPECT_THAT(text, HasSubstr("Job abc of alice@ops1: package update package=nginx, begun "));
  EXPECT_THAT(text, HasSubstr("1 done, 1 failed, 1 running\n"));
  EXPECT_LT(text.find("web3"), text.find("web2"));
  EXPECT_THAT(text, HasSubstr("no such package"));
  EXPECT_THAT(text, HasSubstr("for 1 min"));
  EXPECT_THAT(text, Not(HasSubstr("web1")));
  OutputOptions verbose{TextStyle{}};
  verbose.verbose = true;
  EXPECT_THAT(job_text(make_job("abc", report), report, verbose), HasSubstr("web1"));
}

TEST(AJob, ThatANodeMayNotTellIsNotTakenForDone)
{
  const auto report = report_of({answered("web1", {}, 1)});
  const auto job = make_job("abc", report);
  ASSERT_EQ(job.runs.size(), 1U);
  EXPECT_EQ(job.runs[0].state, "not told");
  EXPECT_THAT(job_text(job, report, plain), HasSubstr("belongs to bob@ops2"));
}

TEST(AJob, ThatANodeTellsWronglyIsNotTakenForDone)
{
  for (auto wrong :
       {json::object{{"state", "splendid"}}, json::object{{"state", "done"}}, json::object{{"state", 7}}}) {
    const auto job = make_job("abc", report_of({answered("web1", wrong)}));
    ASSERT_EQ(job.runs.size(), 1U);
    EXPECT_EQ(job.runs[0].state, "not told") << boost::json::serialize(wrong);
  }
}

TEST(AJob, CannotSpeakToTheTerminal)
{
  auto evil = told("failed");
  evil["message"] = "\x1b[2J gone";
  evil["caller"] = "\x1b]0;x\x07";
  evil["inputs"] = {{"package", "\x1b[31m"}};
  const auto report = report_of({answered("web1", evil)});
  const auto job = make_job("abc", report);
  EXPECT_EQ(job_text(job, report, plain).find('\x1b'), std::string::npos);
  EXPECT_EQ(job_list_text({job}, report, plain).find('\x1b'), std::string::npos);
  EXPECT_EQ(job_json("status", job, report, {}).find('\x1b'), std::string::npos);
}

TEST(TheResultOfAJob, ShowsEachReplyAsIfItHadBeenWaitedFor)
{
  const auto report = report_of({answered("web1", told("done")), answered("web2", told("running"))});
  ddl::Action action;
  action.outputs.push_back({"ensure", "", "Version", "string", {}});
  const auto text = job_result_text(make_job("abc", report), action, report, plain);
  EXPECT_THAT(text, HasSubstr("web1\n   Version: 1.2\n"));
  EXPECT_THAT(text, HasSubstr("running       web2"));
}

TEST(AListOfJobs, PutsTheSameJobOfManyNodesIntoOneLine)
{
  auto first = told("done");
  auto second = told("running");
  second["job"] = "earlier";
  second["started"] = began - 1000;
  const auto report = report_of(
      {answered("web1", {{"jobs", json::array({first, second})}}),
       answered("web2", {{"jobs", json::array({told("failed"), "nonsense", json::object{}})}})});
  const auto jobs = make_job_list(report);
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].id, "earlier");
  EXPECT_EQ(jobs[1].runs.size(), 2U);
  EXPECT_THAT(job_list_text(jobs, report, plain), HasSubstr("1 done, 1 failed"));
}

}  // namespace
}  // namespace muster::cli
