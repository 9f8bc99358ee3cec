// SPDX-License-Identifier: Apache-2.0
#include "collector/operator_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/coroutine_result.hpp"
#include "tests/support_web/fake_board.hpp"

namespace muster::collector {
namespace {

namespace json = protocol::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};

json::array changes()
{
  json::array changes;
  for (const auto* node : {"web1", "nobody", "web2"}) {
    const CareKey key{acknowledgement_kind, std::string{node} + " disk"};
    changes.push_back(to_json(ToldCare{key, {"alice", noon}, R"({"node":"web1"})"}));
  }
  return changes;
}

struct OperatorAgent : testing::Test {
  OperatorAgent() { add_operator_agent(agents, board); }

  node::ActionReply ask(const std::string& caller, const std::string& action, json::object data)
  {
    node::ActionCall call;
    call.request.caller = caller;
    call.request.agent = "collector";
    call.request.action = action;
    call.request.data = std::move(data);
    return test::result_of(agents.run(std::move(call)));
  }

  test::FakeBoard board;
  node::Agents agents;
};

}  // namespace

TEST_F(OperatorAgent, TakesFromAnotherCollectorWhatOperatorsHaveSaidToItAndNamesWhatItDoesNotTake)
{
  const auto reply = ask("collector@mon2", "care", {{"changes", changes()}});
  EXPECT_EQ(0, reply.status) << reply.message;
  EXPECT_THAT(
      board.done,
      ElementsAre("told disk of web1 alice", "told disk of nobody alice", "told disk of web2 alice"));
  EXPECT_EQ(
      json::value(reply.data),
      json::value(json::object{
          {"refused", json::array{json::object{{"at", 1}, {"message", "nothing is known of it"}}}}}));
}

TEST_F(OperatorAgent, LetsNobodyElseSpeakForOthers)
{
  for (const auto* caller : {"alice@ops1", "collectors@mon1", "nagios-bridge@mon1"}) {
    EXPECT_NE(0, ask(caller, "care", {{"changes", changes()}}).status) << caller;
  }
  EXPECT_THAT(board.done, IsEmpty());
}

TEST_F(OperatorAgent, TakesNothingOfAListOfWhichOneCannotBeRead)
{
  auto list = changes();
  list.push_back(json::object{{"kind", "downtime"}});
  EXPECT_NE(0, ask("collector@mon2", "care", {{"changes", list}}).status);
  EXPECT_NE(0, ask("collector@mon2", "care", {{"changes", json::array(1'001, list.front())}}).status);
  EXPECT_NE(0, ask("collector@mon2", "care", {{"changes", json::array{7}}}).status);
  EXPECT_THAT(board.done, IsEmpty());
}

TEST_F(OperatorAgent, HasOnRecordAsChangesWhateverDoesMoreThanRead)
{
  std::vector<std::string> read;
  const auto acts = operator_acts();
  for (const auto& action : agents.document("collector")->agent.actions) {
    if (!acts.contains("collector." + action.name)) {
      read.push_back(action.name);
    }
  }
  EXPECT_THAT(read, UnorderedElementsAre("status", "history", "graph", "values", "schedules", "downtimes"));
  EXPECT_EQ(read.size() + acts.size(), agents.document("collector")->agent.actions.size());
}

TEST_F(OperatorAgent, ChangesNoNodeSoThatWithoutAPolicyWhoeverMayAskMayAct)
{
  EXPECT_THAT(agents.changing(), IsEmpty());
}

TEST_F(OperatorAgent, LeavesItToMcoToAskThoseWhoAreUp)
{
  board.services_held = {test::shown_service("web1", "disk", CheckState::critical, noon)};
  ask("alice@ops1", "acknowledge", {{"node", "web1"}, {"check", "disk"}, {"comment", "on it"}});
  ask("alice@ops1", "unacknowledge", {{"node", "web1"}, {"check", "disk"}});
  ask("alice@ops1", "downtime", {{"nodes", json::array{"web1"}}, {"comment", "kernel"}});
  ask("alice@ops1", "remove_downtime", {{"downtime", "d1"}});
  EXPECT_THAT(board.told, ElementsAre(Tell::away, Tell::away, Tell::away, Tell::away));
}

}  // namespace muster::collector
