// SPDX-License-Identifier: Apache-2.0
//
// What the collector finds when it checks itself.
#include "collector/own_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::collector {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct OwnCheckTest : testing::Test {
  OwnCheck check;
  CollectorHealth health;
  Time now{1'000'000h};
  std::vector<StoredEvent> events;

  OwnCheckTest()
  {
    health.name = "collector@mon1";
    health.connected = true;
    health.asks = true;
    look(5s);
  }

  void look(std::chrono::milliseconds later)
  {
    for (const auto end = now + later; now < end;) {
      now += 5s;
      if (auto event = check.look(health, now)) {
        events.push_back(std::move(*event));
      }
    }
  }

  [[nodiscard]] const OwnState& state() const { return *check.state(); }
};

TEST_F(OwnCheckTest, IsOkWhileAllIsWellAndTellsItsRate)
{
  for (int i = 0; i < 12; ++i) {
    health.results_taken += 50;
    look(5s);
  }
  EXPECT_EQ(state().state, CheckState::ok);
  EXPECT_THAT(state().summary, HasSubstr("10.0 results/s, asks the fleet"));
  EXPECT_THAT(state().perfdata, HasSubstr("results=10.0 "));
  EXPECT_TRUE(events.empty());
}

TEST_F(OwnCheckTest, IsCriticalAtOnceWhenNothingCanBeStored)
{
  health.stores = false;
  health.problems = {"nothing can be stored: database or disk is full"};
  look(5s);
  EXPECT_EQ(state().state, CheckState::critical);
  EXPECT_THAT(state().summary, HasSubstr("disk is full"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().node, "collector@mon1");
  EXPECT_EQ(events.front().service, "collector");
  EXPECT_EQ(events.front().before, CheckState::ok);
  EXPECT_EQ(events.front().after, CheckState::critical);
}

TEST_F(OwnCheckTest, IsOkOnceItCouldBeStoredForAWhile)
{
  health.stores = false;
  look(1min);
  health.stores = true;
  look(10s);
  EXPECT_EQ(state().state, CheckState::critical);
  look(5s);
  EXPECT_EQ(state().state, CheckState::ok);
  EXPECT_EQ(state().since, now);
  EXPECT_EQ(events.size(), 2U);
}

TEST_F(OwnCheckTest, MakesOneProblemOfADiskThatTakesSomeThingsAndSomeNot)
{
  for (int i = 0; i < 20; ++i) {
    health.stores = !health.stores;
    look(5s);
  }
  EXPECT_EQ(state().state, CheckState::critical);
  EXPECT_EQ(events.size(), 1U);
}

TEST_F(OwnCheckTest, SaysNothingOfABrokerThatComesBackSoon)
{
  health.connected = false;
  health.problems = {"there is no connection to a broker"};
  look(20s);
  health.connected = true;
  health.problems.clear();
  look(20s);
  health.connected = false;
  health.problems = {"there is no connection to a broker"};
  look(20s);
  EXPECT_EQ(state().state, CheckState::ok);
  EXPECT_TRUE(events.empty());
  look(15s);
  EXPECT_EQ(state().state, CheckState::critical);
}

TEST_F(OwnCheckTest, WarnsOfWhatIsWrongOnTheSide)
{
  health.problems = {"history: no space left"};
  look(1min);
  EXPECT_EQ(state().state, CheckState::warning);
  EXPECT_EQ(state().summary, "history: no space left");
}

TEST_F(OwnCheckTest, WarnsOfAnotherCollectorThatHasDied)
{
  health.collectors_gone = {"collector@mon2"};
  look(1min);
  EXPECT_EQ(state().state, CheckState::warning);
  EXPECT_EQ(state().summary, "collector@mon2 is gone and cannot take over");
}

TEST_F(OwnCheckTest, WarnsForTenMinutesOfWhatWasLost)
{
  health.schedule_missed = 3;
  health.gaps = 1;
  look(1min);
  EXPECT_EQ(state().state, CheckState::warning);
  EXPECT_EQ(
      state().summary,
      "in the last 10 minutes 3 turns of schedules were missed, 1 gaps in results could not be filled");
  look(10min);
  EXPECT_EQ(state().state, CheckState::ok);
}

TEST_F(OwnCheckTest, SaysThatItStandsBy)
{
  health.asks = false;
  health.asker = "collector@mon2";
  look(5s);
  EXPECT_THAT(state().summary, HasSubstr("stands by"));
}

}  // namespace
}  // namespace muster::collector
