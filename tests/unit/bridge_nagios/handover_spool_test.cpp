// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "nagios-bridge/nagios/handover.hpp"
#include "tests/unit/bridge_nagios/handover_play.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using test::Play;
using test::settings_with;
using Kind = Handover::Step::Kind;
using Way = Handover::Way;

}  // namespace

TEST(Handover, GoesThroughTheSpoolWhenThePipeStaysAway)
{
  Play play{settings_with("/spool")};
  play.fed = 5;
  play.sight.pipe = PipeAnswer::absent;
  play.step(Kind::wait);
  play.pass(29s);
  play.step(Kind::wait);
  play.pass(1s);
  const auto step = play.step(Kind::make);
  EXPECT_EQ(step.way, Way::spool);
  EXPECT_EQ(step.most, 100U);
  play.step(Kind::hand_over);
  play.pass(1min);
  play.step(Kind::wait);  // a file is not written twice
  play.obey();
  play.next();
  EXPECT_EQ(play.handover.received(), 5);
}

TEST(Handover, IsSafeThroughTheSpoolWhenNagiosHasSavedByItself)
{
  Play play{settings_with("/spool")};
  play.fed = 5;
  play.sight.pipe = PipeAnswer::absent;
  play.next();
  play.pass(30s);
  play.hand_over_one_batch();
  play.sight.saved.modified_ns = 2;  // before it was read
  play.obey();
  play.next();
  play.pass(1h);
  play.step(Kind::make);
  play.step(Kind::wait);
  EXPECT_EQ(play.handover.safe(), 0);
  play.sight.saved.modified_ns = 3;
  play.step(Kind::wait);
  play.pass(1s);
  EXPECT_EQ(play.step(Kind::make_safe).ticket, 5);
}

TEST(Handover, WritesASpoolFileAnewBeforeNagiosThrowsItAway)
{
  Play play{settings_with("/spool")};
  play.fed = 5;
  play.sight.pipe = PipeAnswer::absent;
  play.next();
  play.pass(30s);
  play.hand_over_one_batch();
  play.pass(16min);
  play.step(Kind::take_back);
  EXPECT_EQ(play.handover.read_from(), 0);
  play.hand_over_one_batch();
}

TEST(Handover, DoesNotTakeAFileForReadThatWasTooOldToBeRead)
{
  Play play{settings_with("/spool")};
  play.fed = 5;
  play.sight.pipe = PipeAnswer::absent;
  play.next();
  play.pass(30s);
  play.hand_over_one_batch();
  play.sight.wall += 2h;  // the machine slept; Nagios has deleted the file unread
  play.obey();
  play.step(Kind::take_back);
  EXPECT_EQ(play.handover.received(), 0);
}

TEST(Handover, ChangesBackToThePipeAndKeepsTheOrder)
{
  for (const bool taken : {true, false}) {
    Play play{settings_with("/spool")};
    play.fed = 5;
    play.sight.pipe = PipeAnswer::absent;
    play.next();
    play.pass(30s);
    play.hand_over_one_batch();
    play.sight.pipe = PipeAnswer::ready;
    play.step(Kind::wait);
    play.pass(1s);
    ASSERT_EQ(play.next().kind, Kind::take_back);
    play.handover.taken_back(play.now, !taken, play.sight.wall);
    EXPECT_EQ(play.handover.read_from(), taken ? 5 : 0) << "Nagios may have read it at the last moment";
    EXPECT_EQ(play.step(Kind::make).way, Way::pipe);
  }
}

}  // namespace muster::bridge
