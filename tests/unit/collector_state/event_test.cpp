// SPDX-License-Identifier: Apache-2.0
#include "collector/state/event.hpp"

#include <set>

#include <gtest/gtest.h>

#include "collector/state/time_text.hpp"

namespace muster::collector {

namespace {

constexpr auto last_kind = EventKind::node_forgotten;

}  // namespace

TEST(Event, HasAWordOfItsOwnForEachKindThatReadsBack)
{
  std::set<std::string_view> words;
  for (int number = 0; number <= static_cast<int>(last_kind); ++number) {
    const auto kind = static_cast<EventKind>(number);
    const auto word = to_string(kind);
    EXPECT_FALSE(word.empty()) << number;
    EXPECT_TRUE(words.insert(word).second) << word;
    EXPECT_EQ(parse_event_kind(word), kind) << word;
  }
}

TEST(Event, IsOfNoKindForAnUnknownWord)
{
  EXPECT_FALSE(parse_event_kind("").has_value());
  EXPECT_FALSE(parse_event_kind("State").has_value());
}

TEST(Event, IsStoredUnderTheseWordsForEver)
{
  EXPECT_EQ(to_string(EventKind::state), "state");
  EXPECT_EQ(to_string(EventKind::node_gone), "node_gone");
  EXPECT_EQ(to_string(EventKind::nodes_lost), "nodes_lost");
  EXPECT_EQ(to_string(EventKind::acknowledgement_end), "acknowledgement_end");
}

TEST(Event, NotifiesUnlessSomethingSilencesIt)
{
  Event event;
  event.kind = EventKind::node_gone;
  EXPECT_TRUE(notifies(event));
  for (auto silent :
       {&Silence::flapping, &Silence::downtime, &Silence::acknowledged, &Silence::unreachable}) {
    auto silenced = event;
    silenced.silence.*silent = true;
    EXPECT_FALSE(notifies(silenced));
  }
  event.replayed = true;
  EXPECT_FALSE(notifies(event));
}

TEST(TimeText, SaysDurationsInTheirTwoLargestUnits)
{
  using std::chrono::seconds;
  EXPECT_EQ(duration_text(seconds{0}), "0 s");
  EXPECT_EQ(duration_text(seconds{59}), "59 s");
  EXPECT_EQ(duration_text(seconds{125}), "2 min 5 s");
  EXPECT_EQ(duration_text(seconds{4 * 3600}), "4 h");
  EXPECT_EQ(duration_text(seconds{3600 + 7}), "1 h");
  EXPECT_EQ(duration_text(seconds{12 * 86'400 + 3 * 3600 + 59}), "12 d 3 h");
}

}  // namespace muster::collector
