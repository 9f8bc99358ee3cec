// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nsca/nsca_course.hpp"

#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using Kind = NscaCourse::Step::Kind;

class NscaCourseTest : public testing::Test {
protected:
  Kind next() { return course.next(now).kind; }

  // The first connection, with nothing to tell.
  void find_the_daemon()
  {
    course.dry();
    EXPECT_EQ(next(), Kind::connect);
    course.connected(now);
    EXPECT_EQ(next(), Kind::finish);
    course.finished();
  }

  void tell(Ticket until)
  {
    course.more();
    EXPECT_EQ(next(), Kind::read);
    course.read(until);
    if (!course.is_connected()) {
      EXPECT_EQ(next(), Kind::connect);
      course.connected(now);
    }
    EXPECT_EQ(next(), Kind::send);
    course.sent(now);
  }

  NscaCourse course{10};
  NscaCourse::TimePoint now{1h};
};

TEST_F(NscaCourseTest, FindsOutAtTheStartWhetherTheDaemonIsThere)
{
  EXPECT_FALSE(course.works());
  EXPECT_EQ(next(), Kind::read);
  find_the_daemon();
  EXPECT_TRUE(course.works());
  EXPECT_EQ(course.safe(), 10);
  const auto step = course.next(now);
  EXPECT_EQ(step.kind, Kind::wait);
  EXPECT_FALSE(step.until) << "until there is something to tell";
}

TEST_F(NscaCourseTest, TellsAtOnceAndHoldsTheConnectionForASecond)
{
  find_the_daemon();
  tell(20);
  course.dry();
  const auto step = course.next(now);
  EXPECT_EQ(step.kind, Kind::wait);
  EXPECT_EQ(step.until, now + 1s);
  EXPECT_EQ(course.safe(), 10) << "written is not safe";
  now += 1s;
  EXPECT_EQ(next(), Kind::finish);
  course.finished();
  EXPECT_EQ(course.safe(), 20);
}

TEST_F(NscaCourseTest, PutsManyResultsOntoOneConnection)
{
  find_the_daemon();
  for (Ticket ticket = 11; ticket < 20; ++ticket) {
    tell(ticket);
    now += 1s;
  }
  EXPECT_TRUE(course.is_connected());
  course.dry();
  EXPECT_EQ(next(), Kind::finish);
  course.finished();
  EXPECT_EQ(course.safe(), 19);
}

TEST_F(NscaCourseTest, MakesAnotherConnectionWellWithinTheReplayWindow)
{
  find_the_daemon();
  Ticket ticket = 11;
  tell(ticket);
  const auto begin = now;
  while (next() != Kind::finish) {
    tell(++ticket);
    now += 100ms;
    ASSERT_LE(now - begin, 15s) << "half of the daemon's 30 s";
  }
  EXPECT_GE(now - begin, 14s);
  course.finished();
  EXPECT_EQ(course.safe(), ticket);
}

TEST_F(NscaCourseTest, TellsLittleToADaemonThatMayNotUnderstand)
{
  tell(11);
  now += 900ms;
  tell(12);
  now += 200ms;
  course.more();
  EXPECT_EQ(next(), Kind::finish);
}

TEST_F(NscaCourseTest, TellsEverythingSinceTheLastGoodEndAgain)
{
  find_the_daemon();
  tell(20);
  now += 1s;
  course.dry();
  course.finished();
  tell(30);
  tell(40);
  EXPECT_EQ(course.told_until(), 40);
  course.failed(now);
  EXPECT_FALSE(course.works());
  EXPECT_EQ(course.safe(), 20);
  EXPECT_EQ(course.read_from(), 20);
  EXPECT_EQ(course.told_until(), 40) << "those are repetitions";
  EXPECT_EQ(next(), Kind::wait);
  now += 250ms;
  EXPECT_EQ(next(), Kind::read);
}

TEST_F(NscaCourseTest, ForgetsWhatWasReadButNotSent)
{
  find_the_daemon();
  course.more();
  course.read(50);
  course.failed(now);
  EXPECT_EQ(course.read_from(), 10);
  now += 1s;
  EXPECT_EQ(next(), Kind::read);
}

TEST_F(NscaCourseTest, WaitsLongerAfterEachFailureUpToTenSeconds)
{
  auto longest = 0ms;
  for (int i = 0; i < 20; ++i) {
    course.failed(now);
    const auto until = course.next(now).until;
    ASSERT_TRUE(until);
    const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(*until - now);
    EXPECT_GE(pause, longest);
    longest = pause;
    now = *until;
  }
  EXPECT_EQ(longest, 10s);
  find_the_daemon();
  course.failed(now);
  EXPECT_EQ(course.next(now).until, now + 250ms);
}

TEST_F(NscaCourseTest, SkipsWhatIsNotForTheDaemonWithoutAConnection)
{
  find_the_daemon();
  course.more();
  EXPECT_TRUE(course.skipped(15));
  EXPECT_EQ(course.safe(), 15);
  EXPECT_FALSE(course.is_connected());
}

TEST_F(NscaCourseTest, SkipsNothingPastWhatIsNotSafeYet)
{
  find_the_daemon();
  tell(20);
  EXPECT_FALSE(course.skipped(25));
  EXPECT_EQ(course.safe(), 10);
  course.dry();
  now += 1s;
  EXPECT_EQ(next(), Kind::finish);
  course.finished();
  EXPECT_EQ(course.safe(), 25);
}

}  // namespace
}  // namespace muster::bridge
