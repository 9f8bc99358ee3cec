// SPDX-License-Identifier: Apache-2.0
//
// The parts together: what is told to people of a fleet's results, presences and silence.
#include "collector/state/fleet_state.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

Time at(std::chrono::seconds time)
{
  return ServiceStory::at(time);
}

// One line an event: "12 state web1/load C1" with "!" for hard and "(why silent)".
std::string line(const Event& event)
{
  auto text = event.node + (event.check.empty() ? "" : "/" + event.check) + " " + ServiceStory::word(event);
  if (!event.nodes.empty()) {
    text += " " + std::to_string(event.nodes.size()) + " (" + event.message + ")";
  }
  text += event.silence.downtime ? " downtime" : "";
  text += event.silence.acknowledged ? " acknowledged" : "";
  text += event.silence.unreachable ? " unreachable" : "";
  text += event.replayed ? " replayed" : "";
  return text;
}

class FleetStory {
public:
  explicit FleetStory(StateRules rules = {}) : state{std::move(rules)} { state.connected(at(0s)); }

  FleetStory& result(
      const std::string& node, const std::string& check, char letter, std::chrono::seconds time)
  {
    auto observation = ServiceStory::result(ServiceStory::state_of(letter), time);
    observation.taken = at(time);
    return add(state.take_result(node, check, observation));
  }

  // Three results in a row: enough for a hard state.
  FleetStory& hard(const std::string& node, const std::string& check, char letter, std::chrono::seconds time)
  {
    return result(node, check, letter, time)
        .result(node, check, letter, time + 60s)
        .result(node, check, letter, time + 120s);
  }

  FleetStory& up(const std::string& node, std::chrono::seconds time, MassLoss::Attributes attributes = {})
  {
    return add(state.take_sighting(node, {Sighting::Says::up, at(time), at(time)}, std::move(attributes)));
  }

  FleetStory& gone(const std::string& node, std::chrono::seconds time, MassLoss::Attributes attributes = {})
  {
    return add(state.take_sighting(node, {Sighting::Says::gone, at(time), at(time)}, std::move(attributes)));
  }

  FleetStory& look(std::chrono::seconds time) { return add(state.take_time(at(time))); }

  FleetStory& add(const std::vector<Event>& events)
  {
    for (const auto& event : events) {
      told.push_back(line(event));
    }
    return *this;
  }

  std::vector<std::string> take_told() { return std::exchange(told, {}); }

  FleetState state;
  std::vector<std::string> told;
};

using Lines = std::vector<std::string>;

Downtime downtime_of(const std::string& node, std::chrono::seconds from, std::chrono::seconds until)
{
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.start = at(from);
  downtime.end = at(until);
  downtime.nodes = {node};
  return downtime;
}

Acknowledgement acknowledgement_of(const std::string& node, const std::string& check)
{
  Acknowledgement acknowledgement;
  acknowledgement.node = node;
  acknowledgement.check = check;
  acknowledgement.caller = "alice@ops1";
  acknowledgement.set = at(200s);
  return acknowledgement;
}

StateRules fresh_within(std::chrono::milliseconds freshness)
{
  StateRules rules;
  rules.service = [freshness](const std::string&) {
    ServiceRules service;
    service.freshness = freshness;
    return service;
  };
  return rules;
}

}  // namespace

TEST(FleetState, TellsAProblemWithItsNodeAndCheckWhenItIsConfirmed)
{
  FleetStory story;
  story.hard("web1", "load", 'C', 60s).result("web1", "load", 'O', 300s);
  EXPECT_EQ(story.told, (Lines{"web1/load C1", "web1/load C3!", "web1/load O!"}));
}

TEST(FleetState, MarksWhatHappensInADowntimeAndTellsItsBeginningAndEnd)
{
  FleetStory story;
  story.add(*story.state.add_downtime(downtime_of("web1", 0s, 500s), at(0s)));
  story.hard("web1", "load", 'C', 60s).hard("web2", "load", 'C', 60s).look(501s);
  EXPECT_EQ(
      story.told,
      (Lines{
          "web1 downtime_start",
          "web1/load C1 downtime",
          "web1/load C3! downtime",
          "web2/load C1",
          "web2/load C3!",
          "web1 downtime_end"}));
}

TEST(FleetState, BeginsAFlexibleDowntimeForAProblemThatIsThereAlready)
{
  FleetStory story;
  story.hard("web1", "load", 'C', 60s);
  auto downtime = downtime_of("web1", 200s, 5000s);
  downtime.duration = 100s;
  story.add(*story.state.add_downtime(downtime, at(200s)));
  EXPECT_NE(story.state.downtimes().covering("web1", "load", at(250s)), nullptr);
  EXPECT_EQ(story.state.downtimes().covering("web1", "load", at(301s)), nullptr);
}

TEST(FleetState, TellsTheRecoveryOfAnAcknowledgedProblem)
{
  FleetStory story;
  story.hard("web1", "load", 'C', 60s);
  story.take_told();
  story.add(*story.state.acknowledge(acknowledgement_of("web1", "load")));
  story.result("web1", "load", 'O', 300s);
  EXPECT_EQ(
      story.told, (Lines{"web1/load acknowledgement_set", "web1/load acknowledgement_end", "web1/load O!"}));
}

TEST(FleetState, KeepsAStickyAcknowledgementWhileTheStateIsBad)
{
  FleetStory story;
  story.hard("web1", "load", 'W', 60s);
  auto acknowledgement = acknowledgement_of("web1", "load");
  acknowledgement.sticky = true;
  story.add(*story.state.acknowledge(acknowledgement));
  story.take_told();
  story.result("web1", "load", 'C', 300s);
  EXPECT_EQ(story.told, Lines{"web1/load C3! acknowledged"});
}

TEST(FleetState, RefusesToAcknowledgeWhatIsNoProblem)
{
  FleetStory story;
  story.result("web1", "load", 'O', 60s).up("web1", 0s);
  const auto ok = story.state.acknowledge(acknowledgement_of("web1", "load"));
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().message, "there is no problem to acknowledge: load of web1 is OK or not known");
  EXPECT_FALSE(story.state.acknowledge(acknowledgement_of("web1", "")));
  EXPECT_FALSE(story.state.acknowledge(acknowledgement_of("nobody", "load")));
}

TEST(FleetState, TellsThousandNodesThatAreLostTogetherAsOneEvent)
{
  FleetStory story;
  for (int i = 0; i < 1000; ++i) {
    story.up("n" + std::to_string(i), 0s, {{"site", i < 990 ? "berlin" : "rome"}});
  }
  story.look(200s).take_told();
  for (int i = 0; i < 990; ++i) {
    story.gone("n" + std::to_string(i), 300s, {{"site", "berlin"}});
  }
  story.look(335s).look(400s);
  ASSERT_EQ(story.told.size(), 1U);
  EXPECT_NE(story.told.front().find("nodes_lost 990 ("), std::string::npos) << story.told.front();
  EXPECT_NE(story.told.front().find("berlin"), std::string::npos) << story.told.front();
}

TEST(FleetState, InventsNoOutageWhenItStartsOrTheBrokerComesBack)
{
  FleetStory story;
  NodeState known;
  known.status = NodeStatus::up;
  known.since = at(-9000s);
  known.last_up = at(-9000s);
  story.state.restore("web1", known);
  story.look(1s).look(60s);
  EXPECT_EQ(story.told, Lines{}) << "its presence may still come";
  story.state.disconnected();
  story.look(86'400s);
  EXPECT_EQ(story.told, Lines{}) << "nobody listens";
  story.state.connected(at(90'000s));
  story.up("web1", 90'010s).look(90'020s);
  EXPECT_EQ(story.told, Lines{});
}

TEST(FleetState, TellsANodeThatIsSilentForGood)
{
  FleetStory story;
  story.up("web1", 0s).take_told();
  story.look(15 * 60s + 1s).look(15 * 60s + 60s);
  EXPECT_EQ(story.told, Lines{"web1 node_gone"});
}

TEST(FleetState, TellsAResultThatDidNotComeOnce)
{
  FleetStory story{fresh_within(300s)};
  story.result("web1", "load", 'O', 10s).result("web1", "load", 'O', 100s);
  story.look(399s);
  EXPECT_EQ(story.told, Lines{});
  story.look(401s).look(500s);
  EXPECT_EQ(story.told, Lines{"web1/load U3!"});
  story.take_told();
  story.result("web1", "load", 'O', 600s).look(899s);
  EXPECT_EQ(story.told, Lines{"web1/load O!"});
  story.look(901s);
  EXPECT_EQ(story.told, (Lines{"web1/load O!", "web1/load U3!"})) << "it is watched again";
}

TEST(FleetState, CountsNoTimeInWhichNothingCouldCome)
{
  FleetStory story{fresh_within(300s)};
  story.result("web1", "load", 'O', 10s);
  story.state.disconnected();
  story.look(1000s);
  story.state.connected(at(1000s));
  story.look(1299s);
  EXPECT_EQ(story.told, Lines{});
  story.look(1301s);
  EXPECT_EQ(story.told, Lines{"web1/load U3!"});
}

TEST(FleetState, SilencesTheChecksOfANodeThatIsGone)
{
  FleetStory story{fresh_within(1200s)};
  story.up("web1", 0s).result("web1", "load", 'O', 10s).take_told();
  story.look(1000s).look(1040s).look(1300s);
  EXPECT_EQ(story.told, (Lines{"web1 node_gone", "web1/load U3! unreachable"}));
  EXPECT_TRUE(story.state.is_unreachable("web1", "load"));
}

TEST(FleetState, SilencesWhatDependsOnABrokenCheck)
{
  StateRules rules;
  Dependency dependency;
  dependency.check = "http";
  dependency.parent_check = "network";
  rules.dependencies.push_back(dependency);
  FleetStory story{rules};
  story.hard("web1", "network", 'C', 60s).take_told();
  story.hard("web1", "http", 'C', 300s).hard("web1", "load", 'C', 300s);
  EXPECT_EQ(story.told.at(1), "web1/http C3! unreachable");
  EXPECT_EQ(story.told.at(3), "web1/load C3!");
}

TEST(FleetState, ForgetsANodeWithAllItsChecks)
{
  FleetStory story{fresh_within(300s)};
  story.up("web1", 0s).result("web1", "load", 'C', 10s).take_told();
  story.state.forget("web1");
  story.look(10'000s);
  EXPECT_EQ(story.told, Lines{});
  EXPECT_EQ(story.state.service("web1", "load"), nullptr);
  EXPECT_TRUE(story.state.take_changed_services().empty());
  EXPECT_TRUE(story.state.take_changed_nodes().empty());
}

TEST(FleetState, TellsWhatHasChangedOnce)
{
  FleetStory story;
  story.up("web1", 0s).result("web1", "load", 'O', 10s);
  EXPECT_EQ(story.state.take_changed_nodes(), std::set<std::string>{"web1"});
  EXPECT_EQ(story.state.take_changed_services(), (std::set<FleetState::ServiceKey>{{"web1", "load"}}));
  EXPECT_TRUE(story.state.take_changed_nodes().empty());
  EXPECT_TRUE(story.state.take_changed_services().empty());
  EXPECT_FALSE(story.state.take_care_changed());
  ASSERT_TRUE(story.state.add_downtime(downtime_of("web1", 0s, 500s), at(1s)));
  EXPECT_TRUE(story.state.take_care_changed());
  EXPECT_FALSE(story.state.take_care_changed());
}

}  // namespace muster::collector
