// SPDX-License-Identifier: Apache-2.0
//
// Large fleets, and any order of events: the account always adds up.
#include <random>

#include <gtest/gtest.h>

#include "tests/unit/fleet/fleet_story.hpp"

namespace muster::test {

using protocol::NodeState;
using protocol::Outcome;

namespace {

// One event after another, each drawn at random.
class RandomEvents {
public:
  RandomEvents(Story& story, std::uint32_t seed) : story_{story}, random_{seed} {}

  void happen()
  {
    const auto node = "n" + std::to_string(number_below(8));
    switch (number_below(9)) {
    case 0:
    case 1:
      story_.retained(node, std::chrono::minutes{number_below(20)});
      break;
    case 2:
      story_.presence(node, NodeState{static_cast<int>(number_below(3))}, number_below(2) == 0);
      break;
    case 3:
      story_.answer(node, Outcome{static_cast<int>(number_below(4))});
      break;
    case 4:
      story_.done(node);
      break;
    case 5:
      story_.marker();
      break;
    case 6:
      story_.forgotten(node);
      break;
    case 7:
      story_.reconnected();
      break;
    default:
      story_.after(std::chrono::milliseconds{number_below(3000)});
      break;
    }
  }

private:
  unsigned number_below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  Story& story_;
  std::mt19937 random_;
};

void expect_sound(Story& story)
{
  const auto report = story.report();
  const auto& account = report.account;
  EXPECT_EQ(account.known, report.nodes.size());
  EXPECT_EQ(account.known, account.gone + account.asked);
  EXPECT_EQ(account.asked, account.done + account.not_meant + account.refused + account.late + account.lost);
  EXPECT_LE(story.request().answered(), story.request().expected());
}

}  // namespace

TEST(FleetRequest, AccountsForEveryNodeWhateverHappens)
{
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    auto question = seed % 3 == 0 ? to_nodes({"n1", "n2", "absent"}) : fleet::Question{};
    question.roll_call_only = seed % 7 == 0;
    Story story{question};
    RandomEvents events{story, seed};
    for (int count = 0; count < 40; ++count) {
      events.happen();
      expect_sound(story);
    }
    EXPECT_LE(story.runs_until(), std::chrono::minutes{3});
    expect_sound(story);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

TEST(FleetRequest, IsOverWithTheLastOfTenThousandAnswers)
{
  constexpr int count = 10'000;
  Story story;
  for (int number = 0; number < count; ++number) {
    story.retained("node" + std::to_string(number));
  }
  story.marker();
  for (int number = 0; number < count; ++number) {
    ASSERT_FALSE(story.is_over()) << number;
    story.done("node" + std::to_string(number));
  }
  EXPECT_TRUE(story.is_over());
  EXPECT_EQ(story.report().account.done, 10'000U);
}

TEST(FleetRequest, TakesNoMoreNodesThanAnyFleetHas)
{
  constexpr int most = 200'000;
  Story story;
  for (int number = 0; number < most + 5; ++number) {
    story.done("node" + std::to_string(number));
  }
  EXPECT_EQ(story.report().account.known, std::size_t{most});
  EXPECT_EQ(story.report().rejected, 5U);
}

}  // namespace muster::test
