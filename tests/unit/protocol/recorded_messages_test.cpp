// SPDX-License-Identifier: Apache-2.0
//
// N and N-1 work together: what an older version sent must be understood as it was meant. tests/data/messages
// has one folder for each version whose messages are different from those of the version before. They are
// never changed. When a test here says that the bytes are new, record them into a folder of the new version:
//   MUSTER_RECORD_TO=tests/data/messages/v0.2 …/protocol_tests --gtest_filter='MessagesOfThisVersion.*'
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "libmuster/protocol/check_runs.hpp"
#include "tests/unit/protocol/samples.hpp"

namespace muster::test {

using protocol::Outcome;

namespace {

constexpr const char* newest_version = "v0.1";

class RecordedMessages : public testing::TestWithParam<std::string> {
protected:
  static std::string read(const std::string& name) { return text_of(recorded_messages(GetParam()) / name); }

  static protocol::Request read_request(const std::string& name)
  {
    const std::string text = read(name);
    const auto sealed = protocol::open_header(text).value();
    const auto key = protocol::parse_public_keys(text_of(recorded_messages("alice@ops1.pub"))).value().at(0);
    EXPECT_EQ(sealed.caller, key.caller);
    EXPECT_TRUE(protocol::is_signed_by(key, sealed.signed_text, sealed.signature));
    return protocol::parse_body(sealed).value();
  }

  static protocol::Answer read_answer(const std::string& name)
  {
    auto answer = protocol::parse_answer(read(name)).value();
    const auto expected = sample_answer(answer.outcome);
    EXPECT_EQ(answer.id, expected.id);
    EXPECT_EQ(answer.node, expected.node);
    EXPECT_EQ(answer.now, expected.now);
    EXPECT_EQ(answer.message, expected.message);
    EXPECT_EQ(answer.status, expected.status);
    EXPECT_EQ(answer.received, expected.received);
    EXPECT_EQ(answer.started, expected.started);
    EXPECT_EQ(answer.finished, expected.finished);
    return answer;
  }
};

void expect_same(const CheckResult& run, const CheckResult& expected)
{
  EXPECT_EQ(run.check, expected.check);
  EXPECT_EQ(run.state, expected.state);
  EXPECT_EQ(run.summary, expected.summary);
  EXPECT_EQ(run.details, expected.details);
  EXPECT_EQ(run.perfdata, expected.perfdata);
  EXPECT_EQ(run.started, expected.started);
  EXPECT_EQ(run.finished, expected.finished);
}

void expect_same(const protocol::Request& request, const protocol::Request& expected)
{
  EXPECT_EQ(request.caller, expected.caller);
  EXPECT_EQ(request.session, expected.session);
  EXPECT_EQ(request.id, expected.id);
  EXPECT_EQ(request.to.kind, expected.to.kind);
  EXPECT_EQ(request.to.name, expected.to.name);
  EXPECT_EQ(request.agent, expected.agent);
  EXPECT_EQ(request.action, expected.action);
  EXPECT_EQ(request.data, expected.data);
  EXPECT_EQ(request.filter, expected.filter);
  EXPECT_EQ(request.sent, expected.sent);
  EXPECT_EQ(request.ttl, expected.ttl);
  EXPECT_EQ(request.wait, expected.wait);
  EXPECT_EQ(request.splay, expected.splay);
  EXPECT_EQ(request.detach, expected.detach);
  EXPECT_EQ(request.reply, expected.reply);
}

}  // namespace

TEST_P(RecordedMessages, HaveRequestsThatAreStillUnderstood)
{
  expect_same(read_request("request.txt"), sample_request());
  expect_same(read_request("request_to_node.txt"), sample_direct_request());
  expect_same(read_request("request_compound.txt"), sample_compound_request());
  expect_same(read_request("request_detached.txt"), sample_detached_request());
}

TEST_P(RecordedMessages, HaveAnswersThatAreStillUnderstood)
{
  const auto done = read_answer("answer_done.json");
  EXPECT_EQ(done.outcome, Outcome::done);
  const auto runs = protocol::check_runs_from_json(done.data).value();
  ASSERT_EQ(runs.size(), 1U);
  expect_same(runs[0], sample_result().result);
  const auto refused = read_answer("answer_refused.json");
  EXPECT_EQ(refused.outcome, Outcome::refused);
  EXPECT_EQ(refused.reason, protocol::Refusal::clock);
  EXPECT_EQ(read_answer("answer_not_meant.json").outcome, Outcome::not_meant);
  EXPECT_EQ(read_answer("answer_running.json").outcome, Outcome::running);
}

TEST_P(RecordedMessages, HaveAnswersOfManyChecksThatAreStillUnderstood)
{
  const auto runs = protocol::check_runs_from_json(read_answer("answer_many_checks.json").data).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].check, "check_disks");
  EXPECT_EQ(runs[0].state, CheckState::critical);
  EXPECT_EQ(runs[1].check, "check_load");
  EXPECT_EQ(runs[1].state, CheckState::ok);
}

TEST_P(RecordedMessages, HaveAnswersOfTooManyChecksThatAreStillUnderstood)
{
  const auto data = read_answer("answer_too_many_checks.json").data;
  const auto runs = protocol::check_runs_from_json(data).value();
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[0].check, "check_disks");
  EXPECT_EQ(runs[0].state, CheckState::critical);
  EXPECT_EQ(runs[1].check, "check_load");
  EXPECT_EQ(runs[1].state, CheckState::ok);
  EXPECT_EQ(runs[2].check, "check_users");
  EXPECT_EQ(protocol::checks_left_out(data), 2U);
}

TEST_P(RecordedMessages, HavePresencesThatAreStillUnderstood)
{
  const auto presence = protocol::parse_presence(read("presence_up.json")).value();
  const auto expected = sample_presence(protocol::NodeState::up);
  EXPECT_EQ(presence.name, expected.name);
  EXPECT_EQ(presence.state, expected.state);
  EXPECT_EQ(presence.instance, expected.instance);
  EXPECT_EQ(presence.collectives, expected.collectives);
  EXPECT_EQ(presence.agents, expected.agents);
  EXPECT_EQ(presence.facts, expected.facts);
  EXPECT_EQ(presence.classes, expected.classes);
  EXPECT_EQ(presence.all_classes, expected.all_classes);
  EXPECT_EQ(presence.version, expected.version);
  EXPECT_EQ(presence.epoch, expected.epoch);
  EXPECT_EQ(presence.seq, expected.seq);
  EXPECT_EQ(presence.health, expected.health);
  EXPECT_EQ(presence.broker, "") << "it did not say so at first";
  const auto connected = protocol::parse_presence(read("presence_at_a_broker.json")).value();
  EXPECT_EQ(connected.broker, sample_presence_at_a_broker().broker);
  EXPECT_EQ(protocol::parse_presence(read("presence_stopped.json"))->state, protocol::NodeState::stopped);
  EXPECT_EQ(protocol::parse_presence(read("presence_gone.json"))->state, protocol::NodeState::gone);
}

TEST_P(RecordedMessages, HaveResultsThatAreStillUnderstood)
{
  const auto message = protocol::parse_result(read("result.json")).value();
  const auto expected = sample_result();
  EXPECT_EQ(message.node, expected.node);
  EXPECT_EQ(message.epoch, expected.epoch);
  EXPECT_EQ(message.seq, expected.seq);
  EXPECT_EQ(message.now, expected.now);
  EXPECT_EQ(message.result.origin, expected.result.origin);
  expect_same(message.result, expected.result);
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, RecordedMessages, testing::Values("v0.1"), [](const auto& version) {
  return version.param.substr(0, 2) + "_" + version.param.substr(3);
});

TEST(MessagesOfThisVersion, AreTheRecordedOnes)
{
  for (const auto& [name, bytes] : encoded_samples()) {
    if (const char* folder = std::getenv("MUSTER_RECORD_TO")) {  // NOLINT(concurrency-mt-unsafe)
      std::ofstream{std::filesystem::path{folder} / name, std::ios::binary} << bytes;
    }
    EXPECT_EQ(text_of(recorded_messages(newest_version) / name), bytes) << name;
  }
}

}  // namespace muster::test
