// SPDX-License-Identifier: Apache-2.0
#include "checkagent/actions/privileged_messages.hpp"

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkagent/actions/job_note.hpp"
#include "checkagent/actions/tool_text.hpp"

namespace muster::checkagent::actions {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(PrivilegedMessages, ComeBackAsTheyWere)
{
  const PrivilegedRequest request{
      "service", "restart", {{"service", "cron"}}, std::chrono::milliseconds{9500}};
  auto line = encode(request);
  ASSERT_EQ(line.back(), '\n');
  line.pop_back();
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto read = parse_privileged_request(line);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->agent, "service");
  EXPECT_EQ(read->inputs, request.inputs);
  EXPECT_EQ(read->deadline, request.deadline);

  Outcome outcome = failed(status_other, "Package is already installed");
  outcome.data["output"] = "two\nlines";
  auto reply = encode(outcome);
  reply.pop_back();
  EXPECT_EQ(parse_privileged_reply(reply)->status, status_other);
  EXPECT_EQ(parse_privileged_reply(reply)->data, outcome.data);
}

TEST(PrivilegedMessages, OfAnyOtherKindAreRefused)
{
  for (const auto* line :
       {"",
        "{}",
        "[]",
        "1",
        R"({"agent":1,"action":"a","inputs":{},"deadline_ms":1})",
        R"({"agent":"a","action":"b","inputs":[],"deadline_ms":1})",
        R"({"agent":"a","action":"b","inputs":{},"deadline_ms":0})",
        R"({"agent":"a","action":"b","inputs":{},"deadline_ms":86400001})"}) {
    EXPECT_FALSE(parse_privileged_request(line)) << line;
  }
  EXPECT_FALSE(parse_privileged_reply(R"({"status":6,"message":"","data":{}})"));
  EXPECT_FALSE(parse_privileged_reply(R"({"status":0,"message":"","data":[]})"));
}

TEST(PrivilegedMessages, StayBelowTheirLimit)
{
  Outcome outcome;
  outcome.data["output"] = std::string(500'000, 'x');
  EXPECT_LE(encode(outcome).size(), largest_privileged_reply);
}

TEST(JobNotes, TellHowAChangeEnded)
{
  JobNote note;
  note.what = "update of nginx";
  note.started = protocol::Time{std::chrono::seconds{1'700'000'000}};
  note.process = 7;
  EXPECT_EQ(describe(note, true), "update of nginx: running since 2023-11-14T22:13:20Z");
  EXPECT_TRUE(is_in_progress(note, true));
  EXPECT_FALSE(is_in_progress(note, false));
  EXPECT_THAT(describe(note, false), StartsWith("update of nginx: interrupted"));
  note.state = JobNote::State::failed;
  note.finished = note.started + std::chrono::seconds{60};
  note.message = "E: no";
  EXPECT_EQ(describe(note, true), "update of nginx: failed 2023-11-14T22:14:20Z: E: no");
  EXPECT_FALSE(is_in_progress(note, true));
  const auto read = parse_job_note(encode(note));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->message, "E: no");
  EXPECT_EQ(read->finished, note.finished);
  EXPECT_FALSE(parse_job_note("{}"));
  EXPECT_FALSE(parse_job_note(R"({"what":"x","state":"eaten","started":1,"process":1})"));
}

TEST(ToolText, KeepsTheEndOfAnOutputInWholeLines)
{
  EXPECT_EQ(last_lines("one\ntwo\nthree\n", 100), "one\ntwo\nthree");
  EXPECT_EQ(last_lines("one\ntwo\nthree\n", 10), "two\nthree");
  EXPECT_EQ(last_lines("one\ntwo\nthree\n", 8), "three");
  EXPECT_EQ(last_lines("", 10), "");
}

TEST(ToolText, FindsTheLineThatSaysWhy)
{
  ProgramRun run{ProgramRun::End::exited, 100, "", "W: old\nE: the reason\nE: another\n"};
  EXPECT_EQ(why_it_failed(run, {"E: "}), "E: the reason");
  EXPECT_EQ(why_it_failed(run), "W: old");
  run.errors.clear();
  EXPECT_EQ(why_it_failed(run), "exit status 100");
  run.end = ProgramRun::End::timed_out;
  EXPECT_THAT(why_it_failed(run), HasSubstr("did not end in time"));
}

}  // namespace
}  // namespace muster::checkagent::actions
