// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "collector/state/state_engine.hpp"
#include "tests/unit/collector_state/engine_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;
using Told = EngineStory::Told;

Downtime downtime(
    std::chrono::seconds start, std::chrono::seconds end, std::vector<std::string> nodes = {"web1"})
{
  Downtime downtime;
  downtime.id = "d1";
  downtime.caller = "alice@ops1";
  downtime.comment = "new disks";
  downtime.start = EngineStory::at(start);
  downtime.end = EngineStory::at(end);
  downtime.nodes = std::move(nodes);
  return downtime;
}

void add(EngineStory& story, Downtime given)
{
  story.add(story.engine.add_downtime(std::move(given), EngineStory::at(story.clock)));
}

}  // namespace

TEST(EngineCare, IsQuietInADowntimeAndTellsWhatOutlivesIt)
{
  EngineStory story;
  add(story, downtime(0s, 5min));
  story.results("web1", "disk", "CCC");
  story.results("web2", "disk", "C");
  EXPECT_EQ(
      story.news(),
      (Told{"web1 downtime_start", "web1/disk C1 (downtime)", "web1/disk C3! (downtime)", "web2/disk C1"}));
  story.results("web1", "disk", "CC");
  EXPECT_EQ(story.news(), (Told{"web1 downtime_end", "web1/disk C3!"}));
  EXPECT_TRUE(notifies(story.events.back()));
  story.results("web1", "disk", "C");
  EXPECT_EQ(story.news(), Told{});
}

TEST(EngineCare, TellsARecoveryThatCameInADowntimeAfterIt)
{
  EngineStory story;
  story.results("web1", "disk", "CCC");
  add(story, downtime(3min, 5min));
  story.news();
  story.results("web1", "disk", "O");
  EXPECT_EQ(story.news(), (Told{"web1/disk O! (downtime)"}));
  story.results("web1", "disk", "O");
  EXPECT_EQ(story.news(), (Told{"web1 downtime_end", "web1/disk O!"}));
  EXPECT_EQ(story.events.back().from, CheckState::critical);
}

TEST(EngineCare, TellsOfANodeThatIsStillGoneAfterItsDowntime)
{
  EngineStory story;
  story.up("web1");
  story.pass(3min);
  add(story, downtime(3min, 10min));
  story.news();
  story.gone("web1");
  story.pass(1min);
  EXPECT_EQ(story.news(), (Told{"web1 node_gone (downtime)"}));
  story.pass(8min);
  EXPECT_EQ(story.news(), (Told{"web1 downtime_end", "web1 node_gone"}));
  EXPECT_EQ(story.events.back().message, "gone since 2024-10-04 00:03:00 UTC");
  story.pass(1h);
  EXPECT_EQ(story.news(), Told{});
}

TEST(EngineCare, BeginsAFlexibleDowntimeWithTheFirstProblemAndSaysThatItIsToBeStored)
{
  EngineStory story;
  auto flexible = downtime(0s, 1h, {"web1", "web2"});
  flexible.duration = 2min;
  add(story, flexible);
  story.results("web1", "disk", "O");
  story.engine.take_changed();
  EXPECT_EQ(story.news(), Told{});
  story.results("web1", "disk", "C");
  EXPECT_TRUE(story.engine.take_changed().downtimes);
  story.pass(1s);
  EXPECT_EQ(story.news(), (Told{"web1/disk C1 (downtime)", "downtime_start 2"}));
  story.results("web2", "disk", "O");
  story.pass(3min);
  story.result("web1", "disk", 'W');
  EXPECT_EQ(story.news(), (Told{"web1/disk W2"})) << "two minutes after the first problem";
}

TEST(EngineCare, BeginsAFlexibleDowntimeWithWhatIsBadAlreadyWhenItsTimeComes)
{
  EngineStory story;
  story.results("web1", "disk", "CCC");
  auto flexible = downtime(5min, 1h);
  flexible.duration = 10min;
  add(story, flexible);
  story.pass(2min - 1s);
  EXPECT_EQ(story.engine.downtimes().covering("web1", "disk", EngineStory::at(story.clock)), nullptr);
  story.pass(1s);
  EXPECT_NE(story.engine.downtimes().covering("web1", "disk", EngineStory::at(story.clock)), nullptr);
}

TEST(EngineCare, IsQuietAboutWhatSomebodyTakesCareOfAndTellsTheRecovery)
{
  EngineStory story;
  story.results("web1", "disk", "CCC");
  story.acknowledge("web1", "disk", true);
  story.news();
  story.results("web1", "disk", "WCO");
  EXPECT_EQ(
      story.news(),
      (Told{
          "web1/disk W3! (acknowledged)",
          "web1/disk C3! (acknowledged)",
          "web1/disk O!",
          "web1/disk acknowledgement_end"}));
  EXPECT_TRUE(story.engine.take_changed().acknowledgements);
}

TEST(EngineCare, KeepsAnAcknowledgementThroughADowntime)
{
  EngineStory story;
  story.results("web1", "disk", "CCC");
  story.acknowledge("web1", "disk");
  add(story, downtime(3min, 5min));
  story.news();
  story.results("web1", "disk", "CCC");
  EXPECT_EQ(story.news(), (Told{"web1 downtime_end"})) << "it was told before, and is taken care of";
  story.results("web1", "disk", "W");
  EXPECT_EQ(story.news(), (Told{"web1/disk W3!", "web1/disk acknowledgement_end"}));
}

TEST(EngineCare, TellsWhatHasBecomeOfAProblemWhenNobodyTakesCareOfItAnyMore)
{
  EngineStory story;
  story.results("web1", "disk", "CCC");
  story.acknowledge("web1", "disk", true);
  story.results("web1", "disk", "W");
  story.news();
  story.add(story.engine.unacknowledge("web1", "disk", "alice@ops1", EngineStory::at(story.clock)));
  story.results("web1", "disk", "W");
  EXPECT_EQ(story.news(), (Told{"web1/disk acknowledgement_end", "web1/disk W3!"}));
}

TEST(EngineCare, AcknowledgesOnlyWhatIsWrong)
{
  EngineStory story;
  story.up("web1");
  story.results("web1", "disk", "O");
  story.news();
  for (const auto* check : {"disk", "", "load"}) {
    story.acknowledge("web1", check);
  }
  EXPECT_EQ(
      story.news(),
      (Told{
          "refused: disk of web1 is OK: nothing to acknowledge",
          "refused: web1 is not gone: nothing to acknowledge",
          "refused: nothing is known of load of web1"}));
}

TEST(EngineCare, AcknowledgesANodeThatIsGoneUntilItIsBack)
{
  EngineStory story;
  story.up("web1");
  story.pass(3min);
  story.gone("web1");
  story.pass(2min);
  story.news();
  story.acknowledge("web1", "");
  EXPECT_EQ(story.news(), (Told{"web1 acknowledgement_set"}));
  story.up("web1");
  story.pass(1min);
  EXPECT_EQ(story.news(), (Told{"web1 acknowledgement_end", "web1 node_back"}));
}

TEST(EngineCare, RefusesADowntimeThatIsNoneAndRemovesOneThatIs)
{
  EngineStory story;
  story.pass(1min);
  add(story, downtime(0s, 30s));
  add(story, downtime(0s, 5min));
  story.add(story.engine.remove_downtime("d1", "bob@ops1", EngineStory::at(story.clock)));
  story.add(story.engine.remove_downtime("d1", "bob@ops1", EngineStory::at(story.clock)));
  EXPECT_EQ(
      story.news(),
      (Told{
          "refused: the downtime is already over: it ends 2024-10-04 00:00:30 UTC",
          "web1 downtime_start",
          "web1 downtime_end",
          "refused: no downtime d1"}));
}

}  // namespace muster::collector
