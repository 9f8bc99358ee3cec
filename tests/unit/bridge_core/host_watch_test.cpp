// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/host_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using protocol::NodeState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class HostWatchTest : public testing::Test {
protected:
  HostWatchTest() { watch_.connected(now_); }

  void pass(std::chrono::seconds time)
  {
    now_.wall += time;
    now_.steady += time;
  }

  void take(NodeState state, std::chrono::seconds age = 0s)
  {
    protocol::Presence presence;
    presence.name = "web1";
    presence.state = state;
    watch_.take(presence, age, now_);
  }

  // What is told now, with the looks of a minute before it, as the bridge has them.
  std::vector<std::string> told()
  {
    std::vector<std::string> words;
    for (const auto& change : watch_.changes(now_)) {
      words.push_back(change.node + ": " + change.item.text);
      last_ = change;
    }
    return words;
  }

  // Looks every second, as the bridge does.
  std::vector<std::string> told_within(std::chrono::seconds time)
  {
    std::vector<std::string> all;
    for (auto second = 0s; second < time; second += 1s) {
      pass(1s);
      for (auto& words : told()) {
        all.push_back(std::move(words));
      }
    }
    return all;
  }

  HostWatch watch_{30s};
  HostWatch::Moment now_{Time{std::chrono::milliseconds{1'790'000'000'000}}, HostWatch::Steady{} + 1h};
  HostWatch::Change last_;
};

TEST_F(HostWatchTest, ANodeThatIsUpIsToldAtOnceAndOnce)
{
  take(NodeState::up);
  EXPECT_THAT(told(), ElementsAre(HasSubstr("web1: up")));
  EXPECT_TRUE(last_.item.up);
  take(NodeState::up);
  EXPECT_THAT(told_within(60s), IsEmpty());
}

TEST_F(HostWatchTest, ANodeThatWasStoppedAndStartedAgainIsNotDown)
{
  take(NodeState::up);
  told();
  take(NodeState::stopped);
  EXPECT_THAT(told_within(20s), IsEmpty());
  take(NodeState::up);
  EXPECT_THAT(told_within(60s), IsEmpty());
}

TEST_F(HostWatchTest, ANodeThatStaysGoneIsDownSinceItWent)
{
  take(NodeState::up);
  told();
  const auto went = now_.wall;
  take(NodeState::gone);
  EXPECT_THAT(told_within(29s), IsEmpty());
  EXPECT_THAT(told_within(2s), ElementsAre(HasSubstr("web1: gone since 2026")));
  EXPECT_FALSE(last_.item.up);
  EXPECT_FALSE(last_.item.stopped);
  EXPECT_EQ(last_.item.since, went);
}

TEST_F(HostWatchTest, ANodeThatWasStoppedSaysSo)
{
  take(NodeState::stopped);
  EXPECT_THAT(told_within(31s), ElementsAre(HasSubstr("web1: stopped since")));
  EXPECT_TRUE(last_.item.stopped);
}

TEST_F(HostWatchTest, WhatARetainedPresenceSaysIsAsOldAsItIs)
{
  take(NodeState::gone, 7200s);
  told_within(31s);
  EXPECT_EQ(last_.item.since, now_.wall - 7231s);
}

TEST_F(HostWatchTest, ANodeThatSaysNothingForAQuarterOfAnHourIsGone)
{
  take(NodeState::up);
  told();
  EXPECT_THAT(told_within(15min), IsEmpty());
  EXPECT_THAT(told_within(2s), ElementsAre(HasSubstr("nothing is heard")));
  take(NodeState::up);
  EXPECT_THAT(told(), ElementsAre(HasSubstr("web1: up")));
}

TEST_F(HostWatchTest, WithoutAConnectionNothingIsKnown)
{
  take(NodeState::up);
  told();
  watch_.disconnected();
  EXPECT_THAT(told_within(30min), IsEmpty());
  watch_.connected(now_);
  EXPECT_THAT(told_within(10min), IsEmpty());
}

TEST_F(HostWatchTest, APresenceFromBeforeTheBrokerFellHasItsPatienceAnew)
{
  take(NodeState::up);
  told();
  watch_.disconnected();
  pass(300s);
  watch_.connected(now_);
  take(NodeState::gone, 200s);  // as the broker had stored it; the node has come back since
  EXPECT_THAT(told_within(10s), IsEmpty());
  take(NodeState::up);
  EXPECT_THAT(told_within(60s), IsEmpty());
}

TEST_F(HostWatchTest, AnOldPresenceAfterTheBrokerWasDownForLongHasItsPatienceToo)
{
  take(NodeState::up);
  told();
  watch_.disconnected();
  pass(30min);
  watch_.connected(now_);
  take(NodeState::up, 1900s);  // as the broker had kept it; the node connects again soon
  EXPECT_THAT(told_within(29s), IsEmpty());
  EXPECT_THAT(told_within(2s), ElementsAre(HasSubstr("nothing is heard")));
}

TEST_F(HostWatchTest, AfterARestartItKnowsWhatWasTold)
{
  watch_.restore("web1", {NodeState::gone, now_.wall - 1h});
  take(NodeState::gone, 3600s);
  EXPECT_THAT(told_within(60s), IsEmpty());
  watch_.restore("web2", {NodeState::up, now_.wall - 1h});
  watch_.connected(now_);
  EXPECT_THAT(told_within(10min), IsEmpty());
}

TEST_F(HostWatchTest, AClockThatIsSetMeansNothing)
{
  take(NodeState::up);
  told();
  now_.wall += 2h;
  EXPECT_THAT(told_within(60s), IsEmpty());
  now_.wall -= 5h;
  EXPECT_THAT(told_within(60s), IsEmpty());
}

TEST_F(HostWatchTest, AProgramThatStoodStillHasHeardNothing)
{
  take(NodeState::up);
  told();
  pass(20min);
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(told_within(10min), IsEmpty());
}

TEST_F(HostWatchTest, AForgottenNodeIsNoMoreLookedAt)
{
  take(NodeState::up);
  told();
  watch_.forget("web1");
  EXPECT_THAT(told_within(20min), IsEmpty());
}

}  // namespace
}  // namespace muster::bridge
