// SPDX-License-Identifier: Apache-2.0
#include "nagios-bridge/nrdp/nrdp_course.hpp"

#include <gtest/gtest.h>

namespace muster::bridge {
namespace {

using namespace std::chrono_literals;
using Kind = NrdpCourse::Step::Kind;

PassiveResult made(Ticket ticket, const std::string& service)
{
  PassiveResult result;
  result.ticket = ticket;
  result.host = "web1";
  result.service = service;
  return result;
}

NrdpSettings settings_of(std::chrono::milliseconds apart)
{
  NrdpSettings settings;
  settings.apart = apart;
  settings.batch = 3;
  return settings;
}

class NrdpCourseTest : public testing::Test {
protected:
  Kind next() { return course.next(now).kind; }

  // Services in turn, with the tickets behind what was read.
  void read(const std::vector<std::string>& services)
  {
    std::vector<PassiveResult> results;
    auto ticket = course.read_from();
    for (const auto& service : services) {
      results.push_back(made(++ticket, service));
    }
    course.read(std::move(results), ticket);
    course.dry();
  }

  std::vector<Ticket> batch()
  {
    std::vector<Ticket> tickets;
    for (const auto* result : course.batch(now)) {
      tickets.push_back(result->ticket);
    }
    return tickets;
  }

  NrdpCourse course{settings_of(10s), 0};
  NrdpCourse::TimePoint now{1h};
};

using Tickets = std::vector<Ticket>;

TEST_F(NrdpCourseTest, LooksAtTheStartWhetherTheServerIsThere)
{
  EXPECT_EQ(next(), Kind::read);
  course.dry();
  EXPECT_EQ(next(), Kind::post);
  EXPECT_TRUE(course.batch(now).empty());
  course.taken(now, 0);
  EXPECT_EQ(next(), Kind::wait);
  EXPECT_FALSE(course.next(now).until);
  course.more();
  EXPECT_EQ(next(), Kind::read);
}

TEST_F(NrdpCourseTest, PutsAsManyAsItMayIntoOnePost)
{
  read({"a", "b", "c", "d"});
  EXPECT_EQ(batch(), (Tickets{1, 2, 3}));
  course.taken(now, 3);
  EXPECT_EQ(course.safe(), 3);
  EXPECT_EQ(batch(), (Tickets{4}));
  course.taken(now, 1);
  EXPECT_EQ(course.safe(), 4);
}

TEST_F(NrdpCourseTest, TellsTheNextOfAServiceOnlyWhenNagiosHasReadTheOneBefore)
{
  read({"a", "b", "a", "c"});
  EXPECT_EQ(batch(), (Tickets{1, 2}));
  course.taken(now, 2);
  const auto step = course.next(now);
  EXPECT_EQ(step.kind, Kind::wait);
  EXPECT_EQ(step.until, now + 10s);
  EXPECT_TRUE(batch().empty());
  now += 10s;
  EXPECT_EQ(next(), Kind::post);
  EXPECT_EQ(batch(), (Tickets{3, 4}));
}

TEST_F(NrdpCourseTest, MayBeToldNotToWait)
{
  course = NrdpCourse{settings_of(0s), 0};
  read({"a", "a", "a"});
  EXPECT_EQ(batch(), (Tickets{1, 2, 3}));
}

TEST_F(NrdpCourseTest, TellsAFailedPostAgainAsItWas)
{
  read({"a", "b", "a"});
  const auto first = batch();
  course.failed(now);
  EXPECT_TRUE(course.has_tried());
  EXPECT_EQ(next(), Kind::wait);
  now += 500ms;
  course.dry();
  EXPECT_EQ(next(), Kind::post);
  EXPECT_EQ(batch(), first);
  EXPECT_EQ(course.safe(), 0);
  course.taken(now, first.size());
  EXPECT_FALSE(course.has_tried());
}

TEST_F(NrdpCourseTest, WaitsLongerAfterEachFailureUpToHalfAMinute)
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
  EXPECT_EQ(longest, 30s);
  EXPECT_FALSE(course.has_tried()) << "nothing was told";
}

TEST_F(NrdpCourseTest, HoldsNothingBackWhatIsNotForTheServer)
{
  course.read({}, 50);
  EXPECT_EQ(course.safe(), 50);
  read({"a"});
  EXPECT_EQ(course.safe(), 50);
  course.read({}, 60);
  EXPECT_EQ(course.safe(), 50) << "51 is not told yet";
  course.taken(now, 1);
  EXPECT_EQ(course.safe(), 60);
}

}  // namespace
}  // namespace muster::bridge
