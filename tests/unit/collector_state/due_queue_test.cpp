// SPDX-License-Identifier: Apache-2.0
#include "collector/state/due_queue.hpp"

#include <gtest/gtest.h>

#include "tests/unit/collector_state/engine_story.hpp"

namespace muster::collector {

namespace {

using namespace std::chrono_literals;

std::string taken(DueQueue& queue, std::chrono::seconds now)
{
  std::string text;
  while (const auto due = queue.take(EngineStory::at(now))) {
    text += due->node + due->check + " ";
  }
  return text;
}

}  // namespace

TEST(DueQueue, GivesWhatIsDueAndTheOldestFirst)
{
  DueQueue queue;
  EXPECT_FALSE(queue.next());
  for (const auto second : {5, 1, 4, 2, 3}) {
    queue.put({EngineStory::at(1s * second), "n", std::to_string(second)});
  }
  EXPECT_EQ(queue.next(), EngineStory::at(1s));
  EXPECT_EQ(taken(queue, 0s), "");
  EXPECT_EQ(taken(queue, 3s), "n1 n2 n3 ");
  EXPECT_EQ(queue.next(), EngineStory::at(4s));
  EXPECT_EQ(taken(queue, 1h), "n4 n5 ");
  EXPECT_EQ(queue.size(), 0U);
}

TEST(DueQueue, OfAnEngineIsNotAskedMoreOftenThanSomethingCanBeOverdue)
{
  auto service = EngineStory::quiet_service_rules();
  service.freshness = 10min;
  EngineStory story{EngineStory::rules_with(service)};
  story.result("web1", "disk", 'O');
  EXPECT_EQ(story.engine.due(), EngineStory::at(10min));
  story.results("web1", "disk", "OOOOO");
  EXPECT_EQ(story.engine.due(), EngineStory::at(10min)) << "a result costs the queue nothing";
  story.results("web1", "disk", "OOOOO");
  EXPECT_EQ(story.engine.due(), EngineStory::at(19min)) << "and is seen when its turn comes";
}

}  // namespace muster::collector
