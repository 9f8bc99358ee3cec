// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/own_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nagios-bridge/metrics.hpp"
#include "nagios-bridge/status.hpp"

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Time noon{std::chrono::milliseconds{1'790'000'000'000}};

BridgeHealth healthy()
{
  BridgeHealth health;
  health.name = "nagios-bridge@mon1";
  health.now = noon;
  health.started = noon - 1h;
  health.connected = true;
  health.broker = "mqtt.example.net:8883";
  health.limit = std::uint64_t{1} << 30U;
  health.bytes = std::uint64_t{1} << 20U;
  health.depth = 3;
  health.nodes = 7;
  SinkHealth sink;
  sink.name = "nagios";
  sink.kind = "nagios";
  sink.state.working = true;
  sink.state.delivered = 12;
  health.sinks = {sink};
  return health;
}

TEST(BridgeOwnCheck, IsOkWhenAllIsWell)
{
  OwnCheck check;
  const auto own = check.look(healthy());
  EXPECT_EQ(own.state, CheckState::ok);
  EXPECT_EQ(own.summary, "0.0 results/s of 7 nodes, 3 results wait in 1.0 of 1024.0 MiB");
  EXPECT_EQ(
      own.perfdata,
      "results=0.0 waiting=3 bytes=1048576B;536870912;1073741824;0;1073741824 gaps=0c dead_letters=0 "
      "'nagios'=0.0");
  EXPECT_TRUE(own.problems.empty());
}

TEST(BridgeOwnCheck, AFullQueueIsCriticalAndAHalfFullOneAWarning)
{
  OwnCheck check;
  auto health = healthy();
  health.room = Queue::Room::half;
  EXPECT_EQ(check.look(health).state, CheckState::warning);
  health.room = Queue::Room::full;
  health.full = true;
  const auto own = check.look(health);
  EXPECT_EQ(own.state, CheckState::critical);
  EXPECT_THAT(own.summary, HasSubstr("nothing is taken from the fleet"));
}

TEST(BridgeOwnCheck, APortForNrpeThatCannotBeHadIsAWarning)
{
  OwnCheck check;
  auto health = healthy();
  health.closed_doors = {"nrpe_listeners, port 5666: cannot listen"};
  const auto own = check.look(health);
  EXPECT_EQ(own.state, CheckState::warning);
  EXPECT_EQ(own.summary, "nrpe_listeners, port 5666: cannot listen");
}

TEST(BridgeOwnCheck, ANagiosThatHasLostItsWorkerIsAWarningBecauseItsChecksAreStillRun)
{
  OwnCheck check;
  auto health = healthy();
  health.workers = {{"/run/nagios.qh", false, "No such file or directory", 0, 0}};
  EXPECT_EQ(check.look(health).state, CheckState::ok) << "it reloads";
  health.now += 40s;
  const auto own = check.look(health);
  EXPECT_EQ(own.state, CheckState::warning);
  EXPECT_EQ(own.summary, "the Nagios behind /run/nagios.qh has no worker: No such file or directory");
  EXPECT_THAT(status_text(status_json(health), health.now), HasSubstr("worker   NOT of the Nagios behind"));
  health.workers[0].registered = true;
  EXPECT_EQ(check.look(health).state, CheckState::ok);
  EXPECT_THAT(status_text(status_json(health), health.now), HasSubstr("0 checks answered, 0 running"));
}

TEST(BridgeOwnCheck, AMonitorThatTakesNothingIsAWarningAndAfterMinutesCritical)
{
  OwnCheck check;
  auto health = healthy();
  health.sinks[0].state.working = false;
  health.sinks[0].state.trouble = "nobody reads the pipe";
  EXPECT_EQ(check.look(health).state, CheckState::ok) << "it reloads";
  health.now += 40s;
  const auto own = check.look(health);
  EXPECT_EQ(own.state, CheckState::warning);
  EXPECT_THAT(own.summary, StartsWith("nagios takes nothing: nobody reads the pipe"));
  health.now += 5min;
  EXPECT_EQ(check.look(health).state, CheckState::critical);
  health.sinks[0].state.working = true;
  health.sinks[0].state.trouble.clear();
  EXPECT_EQ(check.look(health).state, CheckState::ok);
}

TEST(BridgeOwnCheck, GapsAndDeadLettersAreWarningsForAnHour)
{
  OwnCheck check;
  auto health = healthy();
  health.letters.gaps = 2;
  health.letters.last_gap = noon - 10min;
  health.letters.open = 5;
  health.letters.last = noon - 1min;
  const auto own = check.look(health);
  EXPECT_EQ(own.state, CheckState::warning);
  EXPECT_EQ(own.summary, "results of 2 nodes are missing for good (nagios-bridge dead-letters) (and 1 more)");
  EXPECT_THAT(own.details, HasSubstr("\na monitor does not take 5 services"));
  health.now += 2h;
  EXPECT_EQ(check.look(health).state, CheckState::ok);
}

TEST(BridgeOwnCheck, NothingStoredOrNoBrokerIsCriticalAndTheWorstComesFirst)
{
  OwnCheck check;
  auto health = healthy();
  health.room = Queue::Room::half;
  health.problem = "database or disk is full";
  const auto own = check.look(health);
  EXPECT_EQ(own.state, CheckState::critical);
  EXPECT_THAT(own.summary, StartsWith("nothing can be stored: database or disk is full"));
  health = healthy();
  health.connected = false;
  EXPECT_EQ(check.look(health).state, CheckState::ok);
  health.now += 31s;
  EXPECT_EQ(check.look(health).state, CheckState::critical);
}

TEST(BridgeStatus, IsShownAsItWasWritten)
{
  auto health = healthy();
  health.state = CheckState::warning;
  health.summary = "a monitor \x1b[31m sleeps";
  health.sinks[0].state.working = false;
  health.sinks[0].state.trouble = "nobody reads the pipe";
  const auto status = status_json(health);
  const auto text = status_text(status, noon + 5s);
  EXPECT_THAT(text, StartsWith("WARNING nagios-bridge@mon1: a monitor "));
  EXPECT_THAT(text, testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("queue    3 results wait, 1.0 of 1024.0 MiB, the oldest from -\n"));
  EXPECT_THAT(text, HasSubstr("nagios   nagios: TAKES NOTHING since"));
  EXPECT_THAT(text, HasSubstr("         nobody reads the pipe\n"));
  EXPECT_THAT(text, HasSubstr("no dead letters, no gaps"));
}

TEST(BridgeStatus, OfADaemonThatIsDeadSaysSo)
{
  const auto status = status_json(healthy());
  EXPECT_FALSE(is_old(status, noon + 20s));
  EXPECT_THAT(
      status_text(status, noon + 10min),
      StartsWith(
          "NOT RUNNING: nagios-bridge@mon1 has told nothing for 10 min; what follows was so at 2026-"));
  EXPECT_TRUE(is_old({}, noon));
  auto stopped = healthy();
  stopped.stopped = true;
  EXPECT_TRUE(is_old(status_json(stopped), noon));
  EXPECT_THAT(
      status_text(status_json(stopped), noon),
      StartsWith("NOT RUNNING: nagios-bridge@mon1 was stopped at 2026-"));
}

TEST(BridgeMetrics, HaveAFamilyForEachNumber)
{
  const auto text = metrics_text(healthy());
  EXPECT_THAT(text, HasSubstr("# TYPE muster_bridge_queue_items gauge\nmuster_bridge_queue_items 3\n"));
  EXPECT_THAT(text, HasSubstr("muster_bridge_sink_delivered_total{sink=\"nagios\",kind=\"nagios\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("muster_bridge_state 0\n"));
}

}  // namespace
}  // namespace muster::bridge
