// SPDX-License-Identifier: Apache-2.0
#include "libmuster/node/audit_trail.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "libmuster/node/audit_record.hpp"
#include "tests/support/asking.hpp"

namespace muster::node {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using protocol::Request;

class AuditTrailOf : public testing::Test {
protected:
  AuditTrail trail(AuditMode mode = AuditMode::all, bool required = false, std::set<std::string> acts = {})
  {
    return AuditTrail{
        {"web1", mode, required, std::move(acts)}, [this](const std::string& line) -> Expected<void> {
          if (broken_) {
            return failure(ErrorCode::io_failure, "cannot write audit.jsonl: No space left");
          }
          lines_.push_back(line);
          return {};
        }};
  }

  [[nodiscard]] Request request() const
  {
    auto request = alice_.request("a1", now_);
    request.agent = "package";
    request.action = "install";
    request.data["package"] = "nginx";
    request.filter.facts.push_back({"kernel", FactOperator::equals, "linux"});
    return request;
  }

  [[nodiscard]] json::object record(std::size_t number) const
  {
    return json::parse(lines_.at(number)).as_object();
  }

  Time now_{1'700'000'000'042ms};
  test::Operator alice_;
  std::vector<std::string> lines_;
  bool broken_ = false;
};

TEST_F(AuditTrailOf, WhoeverHasNoKeyCannotFillTheDisk)
{
  auto audit = trail();
  for (int i = 0; i < 1000; ++i) {
    audit.refused(request(), "arguments are refused", now_, false);
  }
  EXPECT_EQ(lines_.size(), LogRation::most_lines_a_minute);
  EXPECT_FALSE(record(0).at("verified").as_bool());
  audit.refused(request(), "may not", now_);
  EXPECT_EQ(lines_.size(), LogRation::most_lines_a_minute + 1);
}

TEST_F(AuditTrailOf, ARequestAndItsOutcomeAreOneLineEach)
{
  auto audit = trail();
  EXPECT_TRUE(audit.begins(request(), true, now_));
  protocol::Answer answer;
  answer.status = 1;
  answer.message = "no such package";
  answer.started = now_;
  answer.finished = now_ + 1500ms;
  audit.ended(request(), true, answer);
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(
      lines_[0],
      R"({"event":"request","time":"2023-11-14T22:13:20.042Z","node":"web1","caller":"alice@ops1",)"
      R"("session":"session1","id":"a1","agent":"package","action":"install","data":{"package":"nginx"},)"
      R"("filter":{"fact":[{"name":"kernel","op":"=","value":"linux"}]},"decision":"accepted"})");
  EXPECT_EQ(
      lines_[1],
      R"({"event":"outcome","time":"2023-11-14T22:13:21.542Z","node":"web1","caller":"alice@ops1",)"
      R"("session":"session1","id":"a1","agent":"package","action":"install","outcome":"done","status":1,)"
      R"("message":"no such package","duration_ms":1500})");
}

TEST_F(AuditTrailOf, AnOutcomeThatWasRefusedSaysWhy)
{
  auto audit = trail();
  protocol::Answer answer;
  answer.outcome = protocol::Outcome::refused;
  answer.reason = protocol::Refusal::busy;
  audit.ended(request(), true, answer);
  EXPECT_EQ(record(0).at("reason"), "busy");
  EXPECT_FALSE(record(0).contains("status"));
}

TEST_F(AuditTrailOf, ARefusalTellsWhatWasAskedIfTheSignatureHolds)
{
  auto audit = trail();
  const Refused refused{{"alice@ops1", "session1", "a1"}, protocol::Refusal::policy, "may not", true};
  audit.decided(refused, alice_.seal(request()), now_);
  EXPECT_EQ(record(0).at("decision"), "refused");
  EXPECT_EQ(record(0).at("reason"), "policy");
  EXPECT_EQ(record(0).at("message"), "may not");
  EXPECT_EQ(record(0).at("action"), "install");
  EXPECT_EQ(record(0).at("data").at("package"), "nginx");
}

TEST_F(AuditTrailOf, NothingOfAnUnverifiedBodyIsRead)
{
  auto audit = trail();
  const Refused refused{
      {"mallory@ops1", "session1", "a1"}, protocol::Refusal::bad_signature, "forged", false};
  audit.decided(refused, alice_.seal(request()), now_);
  EXPECT_EQ(record(0).at("caller"), "mallory@ops1");
  EXPECT_EQ(record(0).at("verified"), false);
  EXPECT_FALSE(record(0).contains("data"));
}

TEST_F(AuditTrailOf, ABodyThatCannotBeReadIsRefusedWithoutIt)
{
  auto audit = trail();
  const Refused refused{{"alice@ops1", "session1", "a1"}, protocol::Refusal::malformed, "no JSON", true};
  audit.decided(refused, alice_.seal_bytes("a1", "{"), now_);
  EXPECT_EQ(record(0).at("reason"), "malformed");
  EXPECT_FALSE(record(0).contains("agent"));
}

TEST_F(AuditTrailOf, WhatIsDroppedIsOnRecordEvenIfItIsGarbage)
{
  auto audit = trail();
  audit.decided(Dropped{"a retained request"}, alice_.seal(request()), now_);
  audit.decided(Dropped{"no header"}, "garbage", now_);
  EXPECT_EQ(record(0).at("decision"), "dropped");
  EXPECT_EQ(record(0).at("id"), "a1");
  EXPECT_FALSE(record(1).contains("caller"));
}

TEST_F(AuditTrailOf, WhoIsNotMeantOrAsksAgainIsNotOnRecord)
{
  auto audit = trail();
  audit.decided(NotMeant{}, alice_.seal(request()), now_);
  audit.decided(AskedAgain{}, alice_.seal(request()), now_);
  audit.decided(Accepted{request()}, alice_.seal(request()), now_);  // when it begins
  EXPECT_TRUE(lines_.empty());
}

TEST_F(AuditTrailOf, StrangersCannotFillTheDisk)
{
  auto audit = trail();
  const Refused refused{{"mallory@ops1", "session1", "a1"}, protocol::Refusal::unknown_key, "who", false};
  for (int i = 0; i < 500; ++i) {
    audit.decided(refused, "x", now_);
    audit.decided(Dropped{"garbage"}, "x", now_);
  }
  EXPECT_EQ(lines_.size(), LogRation::most_lines_a_minute);
  EXPECT_TRUE(audit.begins(request(), true, now_));
  EXPECT_EQ(lines_.size(), LogRation::most_lines_a_minute + 1) << "who has a key is not rationed";
}

TEST_F(AuditTrailOf, ChangesAloneAreOnRecordIfThatIsAskedFor)
{
  auto audit = trail(AuditMode::changes);
  EXPECT_TRUE(audit.begins(request(), false, now_));
  audit.ended(request(), false, {});
  EXPECT_TRUE(lines_.empty());
  EXPECT_TRUE(audit.begins(request(), true, now_));
  audit.ended(request(), true, {});
  EXPECT_EQ(lines_.size(), 2U);
  audit.decided(
      Refused{{"a@b", "s", "1"}, protocol::Refusal::policy, "no", true}, alice_.seal(request()), now_);
  EXPECT_EQ(lines_.size(), 3U) << "every refusal is";
}

TEST_F(AuditTrailOf, AnActThatChangesNoNodeIsOnRecordAsChangesAreIfItIsNamed)
{
  auto audit = trail(AuditMode::changes, false, {"collector.acknowledge"});
  auto act = request();
  act.agent = "collector";
  for (const auto* action : {"status", "acknowledge"}) {
    act.action = action;
    EXPECT_TRUE(audit.begins(act, false, now_));
    audit.ended(act, false, {});
  }
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(record(0).at("action"), "acknowledge");
  EXPECT_EQ(record(1).at("event"), "outcome");
}

TEST_F(AuditTrailOf, OffWritesNothing)
{
  auto audit = trail(AuditMode::off);
  EXPECT_TRUE(audit.begins(request(), true, now_));
  audit.ended(request(), true, {});
  audit.decided(Dropped{"x"}, "x", now_);
  EXPECT_TRUE(lines_.empty());
}

TEST_F(AuditTrailOf, ALogThatCannotBeWrittenHoldsUpChangesOnlyIfItIsRequired)
{
  broken_ = true;
  EXPECT_TRUE(trail().begins(request(), true, now_));
  EXPECT_TRUE(trail(AuditMode::all, true).begins(request(), false, now_));
  const auto begins = trail(AuditMode::changes, true).begins(request(), true, now_);
  ASSERT_FALSE(begins);
  EXPECT_NE(begins.error().message.find("No space left"), std::string::npos);
}

TEST_F(AuditTrailOf, LongDataAreCutWithAVisibleMark)
{
  auto big = request();
  big.data["text"] = std::string(100'000, 'x');
  const auto line = accepted_line("web1", big, now_);
  EXPECT_LT(line.size(), 2 * most_audited_bytes);
  const auto data = json::parse(line).at("data");
  ASSERT_TRUE(data.is_string());
  EXPECT_TRUE(std::string_view{data.as_string()}.ends_with("…[cut]"));
}

TEST_F(AuditTrailOf, LinesAreSafeOnATerminal)
{
  auto hostile = request();
  hostile.data["text"] = "\x1b[31m\n\xe2\x80\xae\x7f\xf0\x9f\x98\x80 caf\xc3\xa9";
  const auto line = accepted_line("web1", hostile, now_);
  EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) << line;
  EXPECT_EQ(json::parse(line).at("data").at("text"), hostile.data["text"]);
}

}  // namespace
}  // namespace muster::node
