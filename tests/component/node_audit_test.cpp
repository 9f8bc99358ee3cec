// SPDX-License-Identifier: Apache-2.0
//
// What a node puts on record of the requests that it hears, and what it does when it cannot.
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/support/node_on_fake.hpp"

namespace muster::test {
namespace {

namespace json = boost::json;
using node::AuditMode;
using node::AuditTrail;
using protocol::Outcome;
using protocol::Refusal;

class NodeOnRecord : public testing::Test, public NodeOnFake {
protected:
  NodeOnRecord()
  {
    audit_.emplace(
        node::AuditTrail::Options{"web1", node::AuditMode::all, true},
        [this](const std::string& line) { return write(line); });
    node.audit_to(*audit_);
    PolicyFolder folder{"/p"};
    folder.take({{"test.policy", "allow * * *\ndeny bob@ops1 * *\n"}});
    node.use_policies(std::move(folder));
    node.start();
    client.connect();
  }

  Expected<void> write(const std::string& line)
  {
    if (broken_) {
      return failure(ErrorCode::io_failure, "cannot write audit.jsonl: No space left on device");
    }
    const auto record = json::parse(line).as_object();
    std::string told{record.at("event").as_string()};
    for (const auto* name : {"id", "action", "decision", "outcome", "reason"}) {
      if (const auto* value = record.if_contains(name)) {
        told += " " + std::string{value->as_string()};
      }
    }
    records_.push_back(told);
    return {};
  }

  std::optional<node::AuditTrail> audit_;
  std::vector<std::string> records_;
  bool broken_ = false;
};

TEST_F(NodeOnRecord, ARequestIsWrittenBeforeItRunsAndItsOutcomeAfterwards)
{
  receive(request("a1", "slow"));
  EXPECT_EQ(records_, (std::vector<std::string>{"request a1 slow accepted"}));
  agent.open_the_gate();
  settle(loop);
  EXPECT_EQ(records_, (std::vector<std::string>{"request a1 slow accepted", "outcome a1 slow done"}));
}

TEST_F(NodeOnRecord, WhoAsksAgainIsNotWrittenAgain)
{
  receive(request("a1", "echo"));
  receive(request("a1", "echo"));
  EXPECT_EQ(records_.size(), 2U);
  EXPECT_EQ(answers().size(), 2U);
}

TEST_F(NodeOnRecord, ARefusalByTheGateAndOneByTheAgentAreBothWritten)
{
  auto old = request("a1", "echo");
  old.sent -= std::chrono::hours{1};
  receive(old);
  receive(request("a2", "busy"));
  EXPECT_EQ(
      records_,
      (std::vector<std::string>{
          "request a1 echo refused expired", "request a2 busy accepted", "outcome a2 busy refused busy"}));
}

TEST_F(NodeOnRecord, AForgeryIsWrittenWithoutWhatItAsksFor)
{
  const Operator forger;
  client.deliver("muster/1/request/main", forger.seal(request("a1", "echo")));
  settle(loop);
  EXPECT_EQ(records_, (std::vector<std::string>{"request a1 refused bad_signature"}));
}

TEST_F(NodeOnRecord, WhatIsNotOnRecordDoesNotChangeTheNode)
{
  broken_ = true;
  receive(request("a1", "change"));
  ASSERT_EQ(answers().size(), 1U);
  EXPECT_EQ(answers()[0].outcome, Outcome::refused);
  EXPECT_EQ(answers()[0].reason, Refusal::policy);
  EXPECT_NE(answers()[0].message.find("No space left on device"), std::string::npos);
  EXPECT_EQ(agent.runs, 0);
  receive(request("a2", "echo"));
  EXPECT_EQ(answers().back().outcome, Outcome::done) << "what reads goes on";
  broken_ = false;
  receive(request("a3", "change"));
  EXPECT_EQ(answers().back().outcome, Outcome::done);
  EXPECT_EQ(agent.runs, 2);
}

}  // namespace
}  // namespace muster::test
