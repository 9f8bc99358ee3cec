// SPDX-License-Identifier: Apache-2.0
#include "collector/state/service_state.hpp"

#include <gtest/gtest.h>

#include "tests/unit/collector_state/service_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

struct Row {
  const char* what;
  const char* results;
  const char* told;
};

ServiceRules without_flapping(int max_attempts = 3)
{
  ServiceRules rules;
  rules.max_attempts = max_attempts;
  rules.flapping.enabled = false;
  return rules;
}

std::string take(ServiceStory& story, const Observation& observation)
{
  return ServiceStory::words(take_result(story.service, story.rules, observation));
}

std::string take_scheduled(ServiceStory& story, CheckState state, std::chrono::seconds finished)
{
  return take(story, ServiceStory::result(state, finished));
}

std::string take_from_caller(ServiceStory& story, CheckState state, std::chrono::seconds finished)
{
  auto observation = ServiceStory::result(state, finished);
  observation.origin = Observation::Origin::caller;
  return take(story, observation);
}

}  // namespace

TEST(ServiceState, TellsWhatItsResultsMean)
{
  for (const auto& row : {
           Row{"the first result is no news if it is good", "O", "-"},
           Row{"the first result is news if it is bad", "C", "C1"},
           Row{"a problem is hard with its third result", "OCCC", "- C1 - C3!"},
           Row{"a hard problem that stays is told once", "CCCCCC", "C1 - C3! - - -"},
           Row{"a change within the attempts counts on", "OWCU", "- W1 C2 U3!"},
           Row{"a soft problem that goes is not hard news", "OCCO", "- C1 - O"},
           Row{"attempts begin anew after a recovery", "OCCOCCC", "- C1 - O C1 - C3!"},
           Row{"a hard problem recovers at once and hard", "CCCO", "C1 - C3! O!"},
           Row{"a hard problem stays hard when it changes", "CCCWCUO", "C1 - C3! W3! C3! U3! O!"},
           Row{"UNKNOWN is a problem as any other", "UUU", "U1 - U3!"},
           Row{"what is well is told never", "OOOO", "- - - -"},
       }) {
    ServiceStory story{without_flapping()};
    EXPECT_EQ(story.run(row.results), row.told) << row.what;
  }
}

TEST(ServiceState, IsHardWithTheFirstResultIfOneAttemptIsAllThereIs)
{
  ServiceStory story{without_flapping(1)};
  EXPECT_EQ(story.run("OCWOC"), "- C1! W1! O! C1!");
}

TEST(ServiceState, KnowsSinceWhenItIsAsItIsAndSinceWhenHard)
{
  ServiceStory story{without_flapping()};
  story.run("OCWWW");
  EXPECT_EQ(story.service.since, ServiceStory::at(3min));
  EXPECT_EQ(story.service.hard_since, ServiceStory::at(4min));
  EXPECT_EQ(story.service.last_result, ServiceStory::at(5min));
  EXPECT_EQ(story.service.hard_state, CheckState::warning);
}

TEST(ServiceState, ToldItsHardStateTellsWhichHardStateWasBefore)
{
  ServiceStory story{without_flapping()};
  story.run("OWC");
  const auto events =
      take_result(story.service, story.rules, ServiceStory::result(CheckState::critical, 4min));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].from, CheckState::ok);
  EXPECT_EQ(events[0].to, CheckState::critical);
  EXPECT_EQ(events[0].time, ServiceStory::at(4min));
  EXPECT_EQ(events[0].message, "CRITICAL");
  EXPECT_TRUE(notifies(events[0]));
}

TEST(ServiceState, DoesNotNotifyOfWhatIsSoft)
{
  ServiceStory story{without_flapping()};
  const auto events =
      take_result(story.service, story.rules, ServiceStory::result(CheckState::critical, 1min));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_FALSE(notifies(events[0]));
}

TEST(ServiceState, IsNotTurnedBackByAnOlderResult)
{
  ServiceStory story{without_flapping(1)};
  story.run("OC");
  const auto before = story.service;
  EXPECT_EQ(take_scheduled(story, CheckState::ok, 90s), "-");
  EXPECT_EQ(story.service, before);
  EXPECT_EQ(take_scheduled(story, CheckState::ok, 120s), "O!")
      << "as old as the last one, but later in order";
}

TEST(ServiceState, DoesNotGetStuckOnAResultFromTheFuture)
{
  ServiceStory story{without_flapping(1)};
  auto early = ServiceStory::result(CheckState::critical, 24h);
  early.taken = ServiceStory::at(60s);
  EXPECT_EQ(take(story, early), "C1!");
  EXPECT_EQ(take_scheduled(story, CheckState::ok, 120s), "O!");
}

TEST(ServiceState, CountsOneAttemptInEachIntervalWhoeverElseIsScheduled)
{
  ServiceStory story{without_flapping()};
  story.rules.interval = 60s;
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 0s), "C1");
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 20s), "-");
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 40s), "-");
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 58s), "-") << "a little early, but it counts";
  EXPECT_EQ(story.service.attempt, 2);
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 119s), "C3!");
}

TEST(ServiceState, CannotBeConfirmedByAHurriedCaller)
{
  ServiceStory story{without_flapping()};
  story.rules.interval = 300s;
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 0s), "C1");
  for (auto time = 1s; time < 60s; ++time) {
    EXPECT_EQ(take_from_caller(story, CheckState::critical, time), "-");
  }
  EXPECT_EQ(take_from_caller(story, CheckState::critical, 60s), "-");
  EXPECT_EQ(story.service.attempt, 2);
  EXPECT_EQ(take_from_caller(story, CheckState::warning, 61s), "W2") << "it shows at once, but counts not";
  EXPECT_EQ(take_from_caller(story, CheckState::warning, 120s), "W3!");
}

TEST(ServiceState, RecoversWhoeverAsked)
{
  ServiceStory story{without_flapping(1)};
  story.run("C");
  EXPECT_EQ(take_from_caller(story, CheckState::ok, 61s), "O!");
}

TEST(ServiceState, TakesReplayedResultsInWithoutNotifying)
{
  ServiceStory story{without_flapping(1)};
  auto late = ServiceStory::result(CheckState::critical, 60s);
  late.replayed = true;
  const auto events = take_result(story.service, story.rules, late);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(events[0].hard);
  EXPECT_TRUE(events[0].replayed);
  EXPECT_FALSE(notifies(events[0]));
  EXPECT_EQ(story.service.state, CheckState::critical);
}

TEST(ServiceState, GoesOnAfterARestartAsIfThereHadBeenNone)
{
  const std::string results = "OCCCCWWOOCOCOCOCOCOCOCCCCCCCCCCCCCCCCCCCCC";
  ServiceStory whole;
  std::string without_restart;
  std::string with_restart;
  ServiceStory part;
  for (const char letter : results) {
    without_restart += whole.run({&letter, 1});
    ServiceStory next;
    next.service = part.service;
    next.clock = part.clock;
    with_restart += next.run({&letter, 1});
    part = next;
  }
  EXPECT_EQ(with_restart, without_restart);
  EXPECT_EQ(part.service, whole.service);
}

TEST(ServiceState, LoadedFromDiskInventsNothing)
{
  ServiceStory story;
  story.rules.freshness = 10min;
  story.run("OCCC");
  const auto start = ServiceStory::at(24h);
  EXPECT_TRUE(take_time(story.service, story.rules, start, start).empty());
  EXPECT_EQ(take_scheduled(story, CheckState::critical, 24h), "-");
}

}  // namespace muster::collector
