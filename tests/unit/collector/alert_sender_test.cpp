// SPDX-License-Identifier: Apache-2.0
#include "collector/alert_sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using fleet::ResultStream;
using testing::ElementsAre;
using testing::IsEmpty;

const Time noon{std::chrono::milliseconds{1'795'000'000'000}};

// A book in which one bad result is a confirmed problem.
class AFleetOfAlerts : public testing::Test {
protected:
  static EngineRules at_once()
  {
    EngineRules rules;
    rules.rules_for = [](const std::string&, const std::string&) {
      ServiceRules service;
      service.max_attempts = 1;
      return service;
    };
    return rules;
  }

  void take(const std::string& node, CheckState state, bool replayed = false)
  {
    ResultStream::Taken taken;
    taken.replayed = replayed;
    now += 1min;
    taken.message.node = node;
    taken.message.epoch = 1;
    taken.message.seq = ++seq;
    taken.message.now = now;
    taken.message.result = {"load", state, "LOAD", "", "", now, now, "collector@mon1"};
    book.take(taken, now);
  }

  void see(const std::string& node, protocol::NodeState state)
  {
    protocol::Presence presence;
    presence.name = node;
    presence.state = state;
    now += 1min;
    book.take(presence, 0s, now);
  }

  // "load of web1 CRITICAL", with who takes care of it.
  [[nodiscard]] std::vector<std::string> alerts() const
  {
    const auto all = [](const std::string&) { return true; };
    std::vector<std::string> texts;
    for (const auto& [name, alert] : active_alerts(book, receiver, all, now)) {
      texts.push_back(
          (name.check.empty() ? "node" : name.check) + " of " + name.node + " " +
          std::string{to_string(name.state)} + (alert.care.empty() ? "" : ", " + alert.care));
    }
    return texts;
  }

  Receiver receiver;
  FleetBook book{at_once()};
  Time now = noon;
  std::int64_t seq = 0;
};

TEST_F(AFleetOfAlerts, HasOneForEachProblemThatPeopleWereToldOf)
{
  take("web1", CheckState::critical);
  take("web2", CheckState::ok);
  take("web3", CheckState::critical, true);
  EXPECT_THAT(alerts(), ElementsAre("load of web1 CRITICAL")) << "that of web3 was learned late";
  take("web3", CheckState::critical);
  EXPECT_THAT(alerts(), ElementsAre("load of web1 CRITICAL", "load of web3 CRITICAL")) << "and it lasts";
  take("web1", CheckState::ok);
  take("web3", CheckState::ok);
  EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(AFleetOfAlerts, KeepsAnAcknowledgedProblemAsItWasTold)
{
  take("web1", CheckState::warning);
  Acknowledgement acknowledgement;
  acknowledgement.node = "web1";
  acknowledgement.check = "load";
  acknowledgement.caller = "alice@ops1";
  acknowledgement.comment = "known";
  acknowledgement.sticky = true;
  ASSERT_TRUE(book.acknowledge({acknowledgement}));
  take("web1", CheckState::critical);
  EXPECT_THAT(alerts(), ElementsAre("load of web1 WARNING, acknowledged by alice@ops1: known"));
}

TEST_F(AFleetOfAlerts, HasNoneOfWhatBeganInADowntimeAndEndsThoseThatEndInOne)
{
  take("web1", CheckState::critical);
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.comment = "new kernel";
  downtime.start = now;
  downtime.end = now + 1h;
  downtime.nodes = {"web1", "web2"};
  ASSERT_TRUE(book.add_downtime(downtime, now));
  take("web2", CheckState::critical);
  EXPECT_THAT(alerts(), ElementsAre("load of web1 CRITICAL, in a downtime of alice@ops1: new kernel"));
  take("web1", CheckState::ok);
  EXPECT_THAT(alerts(), IsEmpty()) << "though nobody is told of its end";
}

TEST_F(AFleetOfAlerts, HasOneForANodeThatWasLostButNoneForOneThatWasNeverSeenUp)
{
  see("web1", protocol::NodeState::up);
  see("old1", protocol::NodeState::stopped);
  see("web1", protocol::NodeState::stopped);
  EXPECT_THAT(alerts(), ElementsAre("node of web1 CRITICAL"));
  see("web1", protocol::NodeState::up);
  EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(AFleetOfAlerts, HasOnlyTheStatesAndChecksThatAreWanted)
{
  take("web1", CheckState::critical);
  take("web2", CheckState::warning);
  receiver.states = {true, false, true, true};
  EXPECT_THAT(alerts(), ElementsAre("load of web1 CRITICAL"));
  receiver.checks = {"disk"};
  EXPECT_THAT(alerts(), IsEmpty());
}

}  // namespace
}  // namespace muster::collector
