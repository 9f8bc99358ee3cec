// SPDX-License-Identifier: Apache-2.0
#include "collector/state/replay.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "collector/state/event_line.hpp"
#include "collector/state/observation.hpp"
#include "tests/unit/collector_state/engine_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

std::string result_line(std::chrono::seconds finished, CheckState state, const std::string& node = "web1")
{
  protocol::ResultMessage message;
  message.node = node;
  message.now = EngineStory::at(finished);
  message.result.check = "disk";
  message.result.state = state;
  message.result.summary = "disk is " + std::string{to_string(state)};
  message.result.started = EngineStory::at(finished);
  message.result.finished = EngineStory::at(finished);
  message.result.origin = "collector@mon1";
  return protocol::encode(message) + "\n";
}

std::string presence_line(
    std::chrono::seconds time, protocol::NodeState state, const std::string& node = "web1")
{
  protocol::Presence presence;
  presence.name = node;
  presence.state = state;
  presence.facts.set("site", {node == "db1" ? "rome" : "berlin"});
  const auto milliseconds = EngineStory::at(time).time_since_epoch().count();
  return R"({"presence": )" + protocol::encode(presence) + R"(, "time": )" + std::to_string(milliseconds) +
         "}\n";
}

// As a recording has it: what was published, and when it came.
std::string recorded_line(std::chrono::seconds came, std::string message)
{
  std::erase(message, '\n');
  const auto milliseconds = EngineStory::at(came).time_since_epoch().count();
  return R"({"time": )" + std::to_string(milliseconds) + R"(, "message": )" + message + "}\n";
}

EngineRules rules()
{
  auto service = EngineStory::quiet_service_rules();
  service.freshness = 10min;
  return EngineStory::rules_with(service);
}

// All that is printed, and what is wrong behind it.
std::string replayed(const std::string& lines)
{
  std::istringstream stream{lines};
  std::string printed;
  const auto done = replay(stream, rules(), [&](const std::string& line) { printed += line + "\n"; });
  return done ? printed : printed + "ERROR " + done.error().message;
}

}  // namespace

TEST(Replay, TellsWhatACollectorWouldHaveTold)
{
  EXPECT_EQ(
      replayed(
          result_line(0min, CheckState::ok) + result_line(1min, CheckState::critical) + "\n" +
          result_line(2min, CheckState::critical) + result_line(3min, CheckState::critical) +
          result_line(20min, CheckState::ok)),
      "2024-10-04T00:01:00.000Z web1 disk state: OK -> CRITICAL, soft, attempt 1: disk is CRITICAL\n"
      "2024-10-04T00:03:00.000Z web1 disk state: OK -> CRITICAL, hard, attempt 3: disk is CRITICAL\n"
      "2024-10-04T00:13:00.000Z web1 disk state: CRITICAL -> UNKNOWN, hard, attempt 3: no result since "
      "2024-10-04 00:03:00 UTC\n"
      "2024-10-04T00:20:00.000Z web1 disk state: UNKNOWN -> OK, hard: disk is OK\n");
}

TEST(Replay, TakesPresencesAndTellsOfAllThatWasHeldBackAtItsEnd)
{
  std::string lines;
  for (int number = 0; number < 6; ++number) {
    lines += presence_line(0s, protocol::NodeState::up, "web" + std::to_string(number));
  }
  for (int number = 0; number < 6; ++number) {
    lines += presence_line(5min, protocol::NodeState::gone, "web" + std::to_string(number));
  }
  lines += presence_line(5min + 30s, protocol::NodeState::up, "db1");
  lines += presence_line(5min + 30s, protocol::NodeState::up, "collector@mon1");
  const auto printed = replayed(lines);
  EXPECT_NE(
      printed.find("2024-10-04T00:05:00.000Z - - nodes_lost: 6 nodes lost, all of site=berlin: web0, "),
      std::string::npos)
      << printed;
  EXPECT_EQ(printed.find("collector@mon1"), std::string::npos) << "a service is no node";
}

TEST(Replay, MakesTwoEventsOfAnUpgradeEachTimeItIsRun)
{
  std::string lines;
  const auto all = [&lines](std::chrono::seconds time, protocol::NodeState state) {
    for (int number = 0; number < 6; ++number) {
      lines += presence_line(time + 1s * number, state, "web" + std::to_string(number));
    }
  };
  all(0s, protocol::NodeState::up);
  all(5min, protocol::NodeState::stopped);
  all(5min + 3s, protocol::NodeState::up);
  all(10min, protocol::NodeState::up);
  const auto told = [](std::string_view when, std::string_view what) {
    return "2024-10-04T00:05:" + std::string{when} + ".000Z - - " + std::string{what} +
           ", all of site=berlin: web0, web1, web2, web3, web4 and 1 more\n";
  };
  const auto printed = replayed(lines);
  EXPECT_EQ(
      printed.substr(printed.find("2024-10-04T00:05")),
      told("00", "nodes_stopped: 6 nodes stopped in order") + told("03", "nodes_back: 6 nodes back"));
  EXPECT_EQ(replayed(lines), printed);
}

TEST(Replay, PutsAClockRightByWhenItsResultsCame)
{
  constexpr auto ahead = 1h;
  EXPECT_EQ(
      replayed(
          recorded_line(0s, result_line(ahead, CheckState::ok)) +
          recorded_line(1min, result_line(ahead + 1min, CheckState::critical))),
      "2024-10-04T00:01:00.000Z web1 disk state: OK -> CRITICAL, soft, attempt 1: disk is CRITICAL\n");
  EXPECT_EQ(
      replayed(recorded_line(0s, R"({"name":"web1","state":"up","instance":"x"})")),
      "2024-10-04T00:00:00.000Z web1 - node_new: seen for the first time\n");
  EXPECT_EQ(replayed("{\"message\": 1, \"time\": 1}\n"), "ERROR line 1: message: expected an object");
}

TEST(Replay, HoldsNodesToDependOnWhatTheyAreAbout)
{
  const auto message_of = [](const std::string& name, const std::string& site, const std::string& state) {
    return R"({"name":")" + name + R"(","state":")" + state + R"(","instance":"x","facts":{"site":")" + site +
           R"("}})";
  };
  Dependency of_berlin;
  of_berlin.parent_node = "router1";
  of_berlin.filter.facts = {{"site", FactOperator::equals, "berlin"}};
  auto with_router = rules();
  with_router.dependencies = {of_berlin};
  std::istringstream lines{
      recorded_line(0s, message_of("router1", "berlin", "up")) +
      recorded_line(0s, message_of("web1", "berlin", "up")) +
      recorded_line(0s, message_of("web2", "fra", "up")) +
      recorded_line(1min, message_of("router1", "berlin", "gone")) +
      recorded_line(5min, result_line(5min, CheckState::critical, "web1")) +
      recorded_line(5min, result_line(5min, CheckState::critical, "web2"))};
  std::string unreachable;
  ASSERT_TRUE(replay(lines, with_router, [&](const std::string& line) {
    unreachable += line.find("unreachable") == std::string::npos ? "" : line + "\n";
  }));
  EXPECT_NE(unreachable.find("web1 disk state"), std::string::npos) << unreachable;
  EXPECT_EQ(unreachable.find("web2"), std::string::npos) << unreachable;
}

TEST(Replay, InventsNoOutageBecauseTheRecordEnds)
{
  EXPECT_EQ(
      replayed(result_line(0s, CheckState::ok) + presence_line(9min, protocol::NodeState::up)),
      "2024-10-04T00:09:00.000Z web1 - node_new: seen for the first time\n");
}

TEST(Replay, SaysWhichLineIsBad)
{
  const auto good = result_line(0s, CheckState::critical);
  const auto told =
      "2024-10-04T00:00:00.000Z web1 disk state: OK -> CRITICAL, soft, attempt 1: disk is CRITICAL\n";
  EXPECT_EQ(
      replayed(good + "\n{\"node\": 7}\n"),
      std::string{told} + "ERROR line 3: result.node: expected a string of at most 253 bytes");
  EXPECT_EQ(replayed("nonsense\n").substr(0, 32), "ERROR line 1: not valid JSON: sy");
  EXPECT_EQ(replayed("{\"presence\": 1, \"time\": 1}\n"), "ERROR line 1: presence: expected an object");
  EXPECT_EQ(replayed("{\"presence\": {}}\n").substr(0, 19), "ERROR line 1: time:");
}

TEST(Replay, DoesNotRunThroughTheCenturiesOfAWrongClock)
{
  const auto printed = replayed(result_line(0s, CheckState::ok) + result_line(24h * 3660, CheckState::ok));
  EXPECT_EQ(
      printed,
      "ERROR line 2: 2034-10-12 00:00:00 UTC is more than 366 d after the line before: leave out what comes "
      "from a clock that is wrong");
}

TEST(EventLine, IsOneLineWhateverAStrangerWrites)
{
  Event event;
  event.node = "web1";
  event.check = "a\nb";
  event.time = EngineStory::at(0s);
  event.from = CheckState::ok;
  event.to = CheckState::warning;
  event.silence = {true, true, true, true};
  event.replayed = true;
  event.message = "\x1b[31mred\n2024";
  EXPECT_EQ(
      event_line(event),
      "2024-10-04T00:00:00.000Z web1 a\\nb state: OK -> WARNING, soft, learned late, silent (flapping, "
      "downtime, acknowledged, unreachable): \\x1b[31mred\\n2024");
}

TEST(Observation, IsTheSchedulesIfItsCollectorAsked)
{
  EXPECT_EQ(origin_of("collector@mon1"), Observation::Origin::schedule);
  EXPECT_EQ(origin_of("nightly"), Observation::Origin::schedule);
  EXPECT_EQ(origin_of(""), Observation::Origin::schedule);
  EXPECT_EQ(origin_of("alice@ops1"), Observation::Origin::caller);
}

TEST(Observation, TakesTheBrokerAndPlainFactsOfASiteAsAttributes)
{
  protocol::Presence presence;
  EXPECT_TRUE(attributes_of(presence).empty());
  presence.broker = "mq1:8883";
  presence.facts.set("site", {"berlin"});
  presence.facts.set("rack", {std::int64_t{7}});
  presence.facts.set("location", {FactValue::Array{{"db"}}});
  presence.facts.set("broker", {"a fact"});
  EXPECT_EQ(
      attributes_of(presence),
      (MassLoss::Attributes{{"broker", "mq1:8883"}, {"rack", "7"}, {"site", "berlin"}}));
}

}  // namespace muster::collector
