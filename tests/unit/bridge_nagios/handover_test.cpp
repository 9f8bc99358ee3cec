// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nagios/handover.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/bridge_nagios/handover_play.hpp"

namespace muster::bridge {

namespace {

using namespace std::chrono_literals;
using test::Play;
using test::settings_with;
using Kind = Handover::Step::Kind;

}  // namespace

TEST(Handover, CountsABatchAsReceivedWhenItsFileIsGone)
{
  Play play;
  play.fed = 5;
  play.hand_over_one_batch();
  play.step(Kind::wait);
  EXPECT_EQ(play.handover.received(), 0);
  play.obey();
  play.next();
  EXPECT_EQ(play.handover.received(), 5);
  EXPECT_EQ(play.handover.delivered(), 5U);
  EXPECT_EQ(play.handover.safe(), 0) << "it is in Nagios' memory only";
}

TEST(Handover, MakesTheNextBatchMeanwhileButKeepsOneWithNagios)
{
  Play play;
  play.fed = 100;
  play.hand_over_one_batch();
  play.step(Kind::make);
  play.step(Kind::wait);
  EXPECT_EQ(play.handover.read_from(), 20);
  play.obey();
  play.step(Kind::hand_over);
  EXPECT_EQ(play.handover.received(), 10);
}

TEST(Handover, SavesAfterATimeAndIsSafeWhenTheFileIsAnotherOne)
{
  Play play;
  play.fed = 5;
  play.deliver_all();
  play.step(Kind::wait);
  play.pass(5s);
  EXPECT_TRUE(play.step(Kind::make).saves);
  EXPECT_TRUE(play.step(Kind::hand_over).saves);
  play.obey(true);
  EXPECT_EQ(play.step(Kind::make_safe).ticket, 5);
  play.step(Kind::wait);
  EXPECT_EQ(play.handover.safe(), 5);
}

TEST(Handover, SavesAfterANumberOfBatchesEvenWhileMoreAreWaiting)
{
  Play play;
  play.fed = 1000;
  int batches = 0;
  auto step = play.next();
  for (; !step.saves && batches < 100; step = play.next()) {
    batches += step.kind == Kind::hand_over ? 1 : 0;
    if (step.kind == Kind::wait) {
      play.obey();
    } else {
      play.step(step.kind);
    }
  }
  EXPECT_TRUE(step.saves);
  EXPECT_LE(batches, 4);
}

TEST(Handover, MakesNothingSafeThatWasHandedOverBehindTheBarrier)
{
  Play play;
  play.fed = 5;
  play.deliver_all();
  play.pass(5s);
  play.hand_over_one_batch();  // the barrier
  play.fed = 500;
  play.handover.more();
  play.step(Kind::wait);
  play.obey(true);
  EXPECT_EQ(play.step(Kind::make_safe).ticket, 5);
}

TEST(Handover, IsNotSafeWhenNagiosCouldNotSave)
{
  Play play;
  play.fed = 5;
  play.deliver_all();
  for (int tries = 0; tries < 3; ++tries) {
    EXPECT_EQ(play.handover.trouble(play.now, play.sight), "");
    play.pass(61s);
    play.hand_over_one_batch();
    play.obey(false);
    play.step(Kind::wait);
  }
  EXPECT_EQ(play.handover.safe(), 0);
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("retention.dat"), std::string::npos);
  play.pass(61s);
  play.hand_over_one_batch();
  play.obey(true);
  play.step(Kind::make_safe);
  EXPECT_EQ(play.handover.trouble(play.now, play.sight), "");
}

TEST(Handover, IsNotSafeWhenAFullDiskMayHaveCutTheFileOff)
{
  for (const bool room : {true, false}) {
    Play play;
    play.fed = 5;
    play.deliver_all();
    play.pass(5s);
    play.hand_over_one_batch();
    play.obey(true);
    play.sight.saved_whole = false;
    play.sight.room = room;
    play.step(Kind::wait);
    EXPECT_EQ(play.handover.safe(), 0);
  }
}

TEST(Handover, DoesNotLetNagiosSaveOnADiskThatHasNoRoom)
{
  Play play;
  play.fed = 5;
  play.deliver_all();
  play.sight.room = false;
  play.pass(1h);
  play.step(Kind::wait);
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("nearly full"), std::string::npos);
  play.sight.room = true;
  EXPECT_TRUE(play.step(Kind::make).saves);
}

TEST(Handover, TellsEverythingSinceTheBarrierAgainWhenNagiosLivesAnotherLife)
{
  Play play;
  play.fed = 5;
  play.deliver_all();
  play.pass(5s);
  play.hand_over_one_batch();
  play.obey(true);
  play.step(Kind::make_safe);
  play.fed = 25;
  play.handover.more();
  play.pass(100ms);
  play.hand_over_one_batch();
  play.obey();
  play.step(Kind::make);
  play.step(Kind::hand_over);
  ASSERT_EQ(play.handover.received(), 15);
  play.sight.run = NagiosRun{101, 1010, 2};
  play.step(Kind::take_back);
  EXPECT_EQ(play.handover.read_from(), 5);
  EXPECT_EQ(play.handover.restarts(), 1U);
  play.pass(1s);
  play.hand_over_one_batch();
  play.obey();
  play.next();
  EXPECT_EQ(play.handover.received(), 15);
  EXPECT_EQ(play.handover.repeated(), 10U);
}

TEST(Handover, BelievesNoReceiptOfALifeThatIsOver)
{
  struct Case {
    const char* what;
    NagiosRun now;
  };

  const Case cases[] = {
      {"another process", {101, 1000, 1}},
      {"a reload", {100, 1001, 1}},
      {"the same pid in the same second", {100, 1000, 2}},
  };
  for (const auto& [what, run] : cases) {
    Play play;
    play.fed = 5;
    play.deliver_all();
    play.pass(5s);
    play.hand_over_one_batch();
    play.obey(true);  // it was the new life that saved, without our results
    play.sight.run = run;
    play.step(Kind::take_back);
    EXPECT_EQ(play.handover.safe(), 0) << what;
    EXPECT_EQ(play.handover.read_from(), 0) << what;
  }
}

TEST(Handover, TellsOnlyTheBatchThatWasWithNagiosAgainAfterAReload)
{
  struct Case {
    const char* what;
    bool saved;
    std::int64_t process_started;
    Ticket from;
  };

  const Case cases[] = {
      {"Nagios has saved", true, 77, 10},
      {"its save has failed", false, 77, 0},
      {"another process that has the same number", true, 78, 0},
      {"it cannot be seen whether it is the same process", true, 0, 0},
  };
  for (const auto& [what, saved, process_started, from] : cases) {
    Play play;
    play.fed = 20;
    play.sight.run->process_started = 77;
    play.hand_over_one_batch();
    play.obey();
    play.step(Kind::make);
    play.step(Kind::hand_over);
    ASSERT_EQ(play.handover.received(), 10);
    play.obey(saved);
    play.sight.run = NagiosRun{100, 1010, 2, process_started};
    play.step(Kind::take_back);
    EXPECT_EQ(play.handover.read_from(), from) << what;
    EXPECT_EQ(play.handover.restarts(), 1U);
    EXPECT_EQ(play.handover.safe(), 0);
  }
}

TEST(Handover, WaitsWhileItIsNotKnownWhichLifeItIs)
{
  Play play;
  play.fed = 5;
  play.hand_over_one_batch();
  play.obey();
  play.sight.run.reset();
  play.step(Kind::wait);
  EXPECT_EQ(play.handover.received(), 0);
  play.sight.run = NagiosRun{100, 1000, 1};
  play.next();
  EXPECT_EQ(play.handover.received(), 5);
}

TEST(Handover, RepeatsACommandThatGetsNoReceiptAndLessAndLessOften)
{
  Play play;
  play.fed = 5;
  play.hand_over_one_batch();
  int repeats = 0;
  for (int second = 0; second < 130; ++second) {
    play.pass(1s);
    if (play.next().kind == Kind::hand_over) {
      EXPECT_TRUE(play.step(Kind::hand_over).once_more);
      ++repeats;
    }
  }
  EXPECT_EQ(repeats, 6) << "after 2, 4, 8, 16, 32 and 60 s";
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("has not taken a batch"), std::string::npos);
}

TEST(Handover, HandsNothingOverWhereNobodyTakesIt)
{
  for (const auto answer :
       {PipeAnswer::no_reader,
        PipeAnswer::absent,
        PipeAnswer::no_pipe,
        PipeAnswer::denied,
        PipeAnswer::failed}) {
    Play play;
    play.fed = 5;
    play.sight.pipe = answer;
    play.step(Kind::wait);
    play.pass(1h);
    play.step(Kind::wait);
    EXPECT_NE(play.handover.trouble(play.now, play.sight), "");
    play.sight.pipe = PipeAnswer::ready;
    play.step(Kind::wait);
    play.pass(1s);
    play.step(Kind::make);
  }
}

TEST(Handover, WritesNothingWhileTwoReadersMayWaitAtThePipe)
{
  Play fresh;
  fresh.fed = 5;
  fresh.sight.run->program_start = 999'999;  // a second ago
  fresh.step(Kind::wait);
  fresh.pass(1s);
  fresh.step(Kind::make);

  Play restarted;
  restarted.fed = 5;
  restarted.step(Kind::make);
  restarted.sight.run = NagiosRun{101, 1010, 2};
  restarted.step(Kind::take_back);
  EXPECT_EQ(restarted.step(Kind::wait).until, restarted.now + 1s);
}

TEST(Handover, SaysThatNagiosIsDeafWhereItGoesOnWithoutAReader)
{
  Play play;
  play.fed = 5;
  play.sight.pipe = PipeAnswer::no_reader;
  play.sight.status_written = play.sight.wall - 1s;
  play.step(Kind::wait);
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("Nagios is not running"), std::string::npos);
  play.pass(10s);
  play.sight.status_written = play.sight.wall - 1s;
  play.step(Kind::wait);
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("reload it"), std::string::npos);
}

TEST(Handover, HoldsResultsBackThatNagiosWasToldNotToAccept)
{
  Play play;
  play.fed = 5;
  play.sight.takes_results = false;
  play.step(Kind::wait);
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("accepts no passive checks"), std::string::npos);
}

TEST(Handover, TriesAFullPipeAgainAfterAPause)
{
  Play play;
  play.fed = 5;
  play.step(Kind::make);
  play.answer = PipeAnswer::full;
  play.step(Kind::hand_over);
  play.step(Kind::wait);
  EXPECT_NE(play.handover.trouble(play.now, play.sight).find("is full"), std::string::npos);
  play.pass(200ms);
  play.answer = PipeAnswer::ready;
  play.step(Kind::hand_over);
  EXPECT_EQ(play.handover.trouble(play.now, play.sight), "");
  play.step(Kind::wait);
}

TEST(Handover, TakesNoReceiptFromAFolderThatIsNotTheOneItWroteInto)
{
  Play play;
  play.fed = 5;
  play.hand_over_one_batch();
  play.sight.gone = true;
  play.sight.intact = false;
  EXPECT_EQ(play.next().kind, Kind::take_back);
  play.handover.taken_back(play.now, true, play.sight.wall);
  EXPECT_EQ(play.handover.received(), 0);
  EXPECT_EQ(play.handover.read_from(), 0);
}

TEST(Handover, GathersATrickle)
{
  Play play;
  play.fed = 1;
  play.deliver_all();
  play.fed = 2;
  play.handover.more();
  play.hand_over_one_batch();
  play.obey();
  play.fed = 3;
  play.handover.more();
  const auto step = play.step(Kind::wait);
  EXPECT_EQ(step.until, play.now + 100ms);
  play.pass(100ms);
  play.step(Kind::make);
}

TEST(Handover, IsSafeAtOnceWithWhatIsNotForNagios)
{
  Play play;
  play.handover.skipped(7);
  EXPECT_EQ(play.step(Kind::make_safe).ticket, 7);
}

TEST(Handover, IsSafeWithWhatIsNotForNagiosOnlyBehindWhatIs)
{
  Play play;
  play.fed = 5;
  play.hand_over_one_batch();
  play.handover.skipped(9);
  play.obey();
  play.next();
  EXPECT_EQ(play.handover.received(), 9);
  EXPECT_EQ(play.handover.safe(), 0);
  play.handover.dry();
  play.pass(5s);
  play.hand_over_one_batch();
  play.handover.skipped(12);
  play.obey(true);
  EXPECT_EQ(play.step(Kind::make_safe).ticket, 12);
}

TEST(Handover, CountsWhatIsProcessedAsSafeForANagiosThatKeepsNoStates)
{
  auto settings = settings_with();
  settings.safe_when = NagiosSettings::Safe::processed;
  Play play{settings};
  play.fed = 5;
  play.hand_over_one_batch();
  play.obey();
  EXPECT_EQ(play.step(Kind::make_safe).ticket, 5);
  play.pass(100ms);
  play.step(Kind::make);
  play.pass(1h);
  play.step(Kind::wait);
}

TEST(Handover, BeginsWhereTheFeedIsSafe)
{
  Play play{settings_with(), 40};
  play.fed = 45;
  EXPECT_EQ(play.handover.read_from(), 40);
  play.deliver_all();
  EXPECT_EQ(play.handover.received(), 45);
}

TEST(Handover, LetsNagiosSaveForATwentiethOfItsTimeAtMost)
{
  Play play;
  play.fed = 5;
  play.deliver_all();
  play.pass(5s);
  play.hand_over_one_batch();
  play.pass(1s);
  play.obey(true);
  play.step(Kind::make_safe);
  play.fed = 6;
  play.handover.more();
  play.deliver_all();
  play.pass(18s);
  play.step(Kind::wait);
  play.pass(2s);
  EXPECT_TRUE(play.step(Kind::make).saves);
}

}  // namespace muster::bridge
